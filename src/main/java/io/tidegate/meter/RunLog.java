package io.tidegate.meter;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Stop;
import io.tidegate.run.RunListener;
import io.tidegate.run.SessionId;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes a line for each turn in a run's life. What was said stays out of it, unless that is asked
 * for.
 */
public final class RunLog implements RunListener {
  private static final Logger LOG = LoggerFactory.getLogger(RunLog.class);

  private final boolean content;

  public RunLog(LogSettings settings) {
    content = settings.content();
  }

  @Override
  public void recorded(SessionId session, List<Entry> entries, RunState state) {
    if (!LOG.isInfoEnabled()) {
      return;
    }
    for (var entry : entries) {
      switch (entry.event()) {
        case Event.Queued queued ->
            said(line(session, entry).addKeyValue("agent", queued.agent()), "input", queued.input())
                .log("run queued");
        case Event.Asked asked ->
            said(
                    line(session, entry).addKeyValue("agent", asked.pin().agent()),
                    "input",
                    asked.input())
                .log("run started");
        case Event.Resumed _ -> line(session, entry).log("run resumed");
        case Event.Suspended(var stop) -> stop(line(session, entry), stop).log("run suspended");
        case Event.Stopped(var stop) -> stop(line(session, entry), stop).log("run stopped");
        default -> {}
      }
    }
  }

  private static LoggingEventBuilder line(SessionId session, Entry entry) {
    return LOG.atInfo()
        .addKeyValue("tenant", session.tenant())
        .addKeyValue("session", session.id())
        .addKeyValue("run", entry.run());
  }

  private LoggingEventBuilder stop(LoggingEventBuilder line, Stop stop) {
    var usage = stop.usage();
    var output = stop.output();
    var told =
        line.addKeyValue("reason", stop.reason().wire())
            .addKeyValue("steps", stop.steps())
            .addKeyValue("tool_calls", stop.toolCalls())
            .addKeyValue("input_tokens", usage.input())
            .addKeyValue("output_tokens", usage.output())
            .addKeyValue("cost_usd", stop.cost().toString())
            .addKeyValue("duration_ms", stop.durationMs());
    return said(told, "output", output == null ? "" : output.text());
  }

  private LoggingEventBuilder said(LoggingEventBuilder line, String name, String words) {
    return content ? line.addKeyValue(name, words) : line;
  }
}
