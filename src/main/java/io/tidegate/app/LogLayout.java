package io.tidegate.app;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;

/**
 * Where log lines go, unless the system property {@code logback.configurationFile} names a file. It
 * is code, since reading XML would take a tenth of the time of a start.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogLayout extends ContextAwareBase implements Configurator {
  private static final int QUEUED_MAX = 8192;

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty(ClassicConstants.CONFIG_FILE_PROPERTY) != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    context.getStatusManager().add(new NopStatusListener());
    context.getLogger("io.netty").setLevel(Level.WARN);
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(System.getenv("TIDEGATE_LOG_LEVEL"), Level.INFO));
    root.addAppender(queued(lines(context), context));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** The standard error stream: the standard output belongs to what a command prints. */
  private static Appender<ILoggingEvent> lines(LoggerContext context) {
    var encoder = new LogLines();
    encoder.setContext(context);
    encoder.start();
    var lines = new ConsoleAppender<ILoggingEvent>();
    lines.setContext(context);
    lines.setName("stderr");
    lines.setTarget("System.err");
    lines.setEncoder(encoder);
    lines.start();
    return lines;
  }

  /** Event loops never wait for whoever reads the stream: what it is too slow for is dropped. */
  private static Appender<ILoggingEvent> queued(
      Appender<ILoggingEvent> lines, LoggerContext context) {
    var queue = new AsyncAppender();
    queue.setContext(context);
    queue.setName("queue");
    queue.setQueueSize(QUEUED_MAX);
    queue.setDiscardingThreshold(0);
    queue.setNeverBlock(true);
    queue.addAppender(lines);
    queue.start();
    return queue;
  }
}
