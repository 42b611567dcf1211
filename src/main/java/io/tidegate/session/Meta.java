package io.tidegate.session;

import io.tidegate.run.Journal.Record;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.SessionId;
import io.tidegate.session.codec.FormatException;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session's record as Redis keeps it: a hash, in which the caller's own fields begin with {@code
 * m:}.
 */
record Meta(Map<String, String> fields) {
  static final String STATUS = "status";
  static final String STATE = "state";
  static final String HEAD = "head";
  private static final String VERSION = "1";
  private static final String WHOLE = "whole";
  private static final String OWN = "m:";

  /** The answer to {@code HGETALL}. */
  static Meta of(@Nullable Response answer) {
    var fields = new HashMap<String, String>();
    for (int i = 0; answer != null && i + 1 < answer.size(); i += 2) {
      fields.put(answer.get(i).toString(), answer.get(i + 1).toString());
    }
    return new Meta(fields);
  }

  static String name(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  /** The field of the hash for a field of {@link Record#meta}. */
  static String own(String field) {
    return OWN + field;
  }

  /** The seq of the last entry, be the session whole or not. */
  String head() {
    return text(HEAD);
  }

  boolean missing() {
    return fields.isEmpty();
  }

  /** Whether a newer Tidegate wrote it, which may mean what this one can't know. */
  boolean newer() {
    return !missing() && !VERSION.equals(fields.get("v"));
  }

  /**
   * The record, or null if there is none, or none yet, or none any more.
   *
   * @throws FormatException if it is newer than this code
   */
  @Nullable Record record(SessionId session) {
    if (newer()) {
      throw FormatException.newer("session " + session, "format " + fields.get("v"));
    }
    return WHOLE.equals(fields.get(STATE)) ? read(session) : null;
  }

  /** The record, or null if there is none that this code can read. */
  @Nullable Record readable(SessionId session) {
    return newer() ? null : record(session);
  }

  private Record read(SessionId session) {
    return new Record(
        session,
        text("agent"),
        Status.valueOf(text(STATUS).toUpperCase(Locale.ROOT)),
        fields.getOrDefault("owner", ""),
        number("epoch"),
        number(HEAD),
        number("created"),
        number("updated"),
        fields.get("parent"),
        own());
  }

  private Map<String, String> own() {
    var own = new HashMap<String, String>();
    fields.forEach(
        (name, value) -> {
          if (name.startsWith(OWN)) {
            own.put(name.substring(OWN.length()), value);
          }
        });
    return own;
  }

  private long number(String name) {
    return Long.parseLong(text(name));
  }

  private String text(String name) {
    var value = fields.get(name);
    if (value == null) {
      throw FormatException.broken("a session's record", "it has no '" + name + "'");
    }
    return value;
  }
}
