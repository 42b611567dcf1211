package io.tidegate.config;

import io.tidegate.config.ModelsFile.Models;
import io.tidegate.config.ToolsFile.Tools;
import io.tidegate.run.BudgetSettings;
import io.tidegate.run.Retention.Ages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes settings of what a look at the configuration found. */
public final class Config {
  private final Report report = new Report();
  private final Look look;
  private final Parts parts;
  private final Environment environment;
  private final Folder folder;

  private Config(Look look, Parts parts) {
    var placeholders = new Placeholders(look.variables());
    this.look = look;
    this.parts = parts;
    this.environment = new Environment(placeholders, report);
    this.folder = new Folder(look, placeholders, report);
  }

  /**
   * Reads what was found.
   *
   * @throws InvalidConfig with all errors
   */
  public static Settings read(Look look, Parts parts) {
    return new Config(look, parts).read();
  }

  /**
   * Looks where the environment says, and reads what is there.
   *
   * @throws InvalidConfig with all errors
   */
  public static Settings load(Map<String, String> environment, Parts parts) {
    return read(Origin.of(environment).look(), parts);
  }

  /**
   * Reads the folder's files.
   *
   * @throws InvalidConfig with all errors
   */
  public static Settings load(Path folder, Map<String, String> environment, Parts parts) {
    return read(Origin.at(folder, environment).look(), parts);
  }

  /** All keys that the readers know after reading a folder. */
  static Set<String> keys(Path folder, Map<String, String> environment, Parts parts) {
    var config = new Config(Origin.at(folder, environment).look(), parts);
    config.read();
    return config.report.keys();
  }

  private Settings read() {
    var gatewayFile = folder.file(Folder.GATEWAY);
    var gateway = gatewayFile.map(this::gateway);
    Models models = folder.file(Folder.MODELS).map(this::models).orElseGet(Models::unknown);
    Tools tools = new ToolsFile(report, parts).read(folder.file(Folder.TOOLS));
    var webhooks = new WebhookReader(report);
    var agents =
        new AgentFiles(folder, report, new AgentReader(report, parts, models, tools, webhooks))
            .read();
    // Agents that could not be read may be the ones that are named.
    var names = new Names("agent", agents.agents().keySet(), report.errorCount() == 0);
    var hooks = gatewayFile.map(file -> webhooks.readGateway(file, names));
    List<String> errors = new ArrayList<>(look.problems());
    errors.addAll(report.errors());
    if (!errors.isEmpty()) {
      throw new InvalidConfig(errors);
    }
    var found = gateway.orElseThrow();
    return new Settings(
        found.http(),
        found.redis(),
        found.limits(),
        found.replica(),
        found.drain(),
        found.reloadMs(),
        found.tenants(),
        new BudgetSettings(
            found.budgets(),
            agents.budgets(),
            found.budgeting().warnAt(),
            found.budgeting().usageKeptMs()),
        new Ages(found.retentionMs(), agents.ages()),
        hooks.orElseThrow(),
        found.telemetry(),
        models.providers(),
        models.routes(),
        models.guards(),
        tools.settings(),
        tools.guards(),
        agents.agents(),
        report.warnings(),
        models.routesWithoutKey());
  }

  private GatewayFile.Gateway gateway(Section file) {
    return new GatewayFile(report, environment).read(file);
  }

  private Models models(Section file) {
    return new ModelsFile(report, environment, parts).read(file);
  }
}
