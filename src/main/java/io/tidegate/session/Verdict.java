package io.tidegate.session;

import io.tidegate.run.Journal.Refused;
import io.tidegate.run.SessionId;
import io.tidegate.session.codec.FormatException;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/**
 * What a script said: a word, and maybe a detail or two.
 *
 * @param word {@code OK}, {@code MORE}, or why it refused
 */
record Verdict(String word, String detail, String rest) {
  static final String OK = "OK";
  static final String MORE = "MORE";
  static final String GONE = "GONE";
  static final String STALE_HEAD = "STALE_HEAD";
  static final String NEWER = "NEWER";

  static Verdict of(@Nullable Response answer) {
    if (answer == null || answer.size() == 0) {
      throw new IllegalStateException("a script gave no verdict");
    }
    return new Verdict(answer.get(0).toString(), detail(answer, 1), detail(answer, 2));
  }

  private static String detail(Response answer, int index) {
    return answer.size() > index ? answer.get(index).toString() : "";
  }

  /** Whether a session was found as it was known. */
  boolean taken() {
    return !is(GONE) && !is(STALE_HEAD);
  }

  boolean is(String expected) {
    return word.equals(expected);
  }

  /**
   * This verdict if the script did its work.
   *
   * @throws Refused if something stood against it
   */
  Verdict accepted(SessionId session) {
    if (is(OK) || is(MORE)) {
      return this;
    }
    if (is(NEWER)) {
      throw FormatException.newer("session " + session, "format " + detail);
    }
    throw new Refused(Refused.Why.valueOf(word), "session " + session + ": " + detail);
  }
}
