package io.tidegate.tool;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.loop.FailureClass;
import io.tidegate.run.Ids;
import io.tidegate.run.RetryBudget;
import io.tidegate.run.Time;
import io.tidegate.run.Toolbox;
import io.tidegate.tool.json.SchemaChecks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tools of the configuration, and those that are built in. The map is looked at for each call:
 * when the supplier gives another one, later calls go by it.
 */
public final class ConfiguredToolbox implements Toolbox {

  /**
   * Shorter than the 5 seconds after which common servers (Node.js, uvicorn) close an idle
   * connection: a write that meets the closing one has an unknown outcome.
   */
  private static final int KEEP_ALIVE_SECONDS = 4;

  /** In effect no bound of its own: how many calls run at a time is decided before they start. */
  private static final int MAX_CONNECTIONS = 10_000;

  private static final Logger log = LoggerFactory.getLogger(ConfiguredToolbox.class);

  private final SchemaChecks schemas = new SchemaChecks();
  private final ArgumentCheck arguments = new ArgumentCheck(schemas);
  private final Questions questions = new Questions(schemas);
  private final HttpClient client;
  private final Catalog catalog;

  /**
   * Opens the toolbox.
   *
   * @throws IllegalArgumentException if a tool's template or transform is wrong; all are named
   */
  public ConfiguredToolbox(
      Vertx vertx,
      Supplier<Map<String, ToolSettings>> settings,
      RetryBudget.Source budgets,
      Time time,
      Ids ids) {
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setKeepAliveTimeout(KEEP_ALIVE_SECONDS),
            new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS));
    this.catalog = new Catalog(settings, new Wire(vertx, client, time, ids, budgets));
  }

  @Override
  public Check check(Contract contract, String args) {
    var found = arguments.check(contract, args);
    return contract.byPeople() && found instanceof Check.Valid valid
        ? questions.checked(valid)
        : found;
  }

  @Override
  public Question question(Json args) {
    return Questions.of(args);
  }

  @Override
  public boolean changed(Contract pinned) {
    ConfiguredTool tool = catalog.find(pinned.name());
    return tool != null && !tool.settings().contract().digest().equals(pinned.digest());
  }

  @Override
  public Execution start(Invocation invocation) {
    ConfiguredTool tool = catalog.find(invocation.contract().name());
    try {
      return tool == null ? gone(invocation) : tool.start(invocation);
    } catch (RuntimeException e) {
      log.error("A bug: call {} could not be started", invocation.call(), e);
      return ConfiguredTool.over(
          Tool.Reply.unsent(FailureClass.SKIPPED, "The call could not be made."));
    }
  }

  @Override
  public int concurrency(String tool) {
    ConfiguredTool found = catalog.find(tool);
    return found == null ? 1 : found.settings().concurrency();
  }

  /** Closes the connections; calls under way fail. */
  public Future<Void> close() {
    return client.close();
  }

  private static Execution gone(Invocation invocation) {
    String name = invocation.contract().name();
    return ConfiguredTool.over(
        Tool.Reply.unsent(
            FailureClass.SKIPPED,
            "The tool '" + name + "' is no longer configured; do without it."));
  }
}
