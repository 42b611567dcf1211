package io.tidegate.tool;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.tool.ToolSettings.Target;
import io.tidegate.tool.json.CanonicalJson;
import io.tidegate.tool.json.Digests;
import io.tidegate.tool.json.JsonText;
import io.tidegate.tool.json.MalformedJson;
import java.util.TreeMap;
import java.util.TreeSet;

/** Digests of contracts, which bind an approval to what was approved. */
public final class Contracts {
  private Contracts() {}

  /** The settings with their contract's digest filled in. */
  public static ToolSettings sealed(ToolSettings settings) {
    Contract draft = settings.contract();
    return new ToolSettings(
        draft.withDigest(digest(draft, settings.target())),
        settings.target(),
        settings.retry(),
        settings.concurrency(),
        settings.transform(),
        settings.maxResultBytes());
  }

  /**
   * The digest of all that a person who approves a call relies on: what the tool is called, takes
   * and does, and where it is executed. Header values, which are secret, descriptions and time
   * limits are no part of it, so that a new key or a better text voids no approval.
   */
  public static String digest(Contract contract, Target target) {
    return Digests.sha256(
        contract.name(),
        canonical(contract.input()),
        contract.effect().name(),
        contract.after().toString(),
        contract.exclusive(),
        contract.touches(),
        where(target));
  }

  private static String where(Target target) {
    return switch (target) {
      case Target.BuiltIn(String name) -> "built-in " + name;
      case Target.Http http ->
          Digests.sha256(
              http.method(),
              http.url(),
              new TreeMap<>(http.query()).toString(),
              new TreeSet<>(http.headers().keySet()).toString(),
              http.body() == null ? "" : http.body(),
              String.valueOf(http.followRedirects()));
    };
  }

  private static String canonical(Json schema) {
    try {
      return CanonicalJson.write(JsonText.parse(schema.text())).text();
    } catch (MalformedJson e) {
      throw new IllegalArgumentException("the input schema: " + e.getMessage(), e);
    }
  }
}
