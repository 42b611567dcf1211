package io.tidegate.session;

import io.tidegate.run.Rejection;
import io.tidegate.session.Hint.Seen;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A place in a tenant's index, read from the newest to the oldest; of those of one millisecond,
 * from the last name to the first.
 *
 * @param score the time of the last session that was passed, in milliseconds since 1970
 * @param member its name in the index
 */
record Cursor(long score, String member) {
  static final Cursor START = new Cursor(Long.MAX_VALUE, "");

  static Cursor at(Seen seen) {
    return new Cursor(seen.score(), Keys.member(seen.session()));
  }

  static Cursor parse(String opaque) {
    try {
      var text = new String(Base64.getUrlDecoder().decode(opaque), StandardCharsets.UTF_8);
      int space = text.indexOf(' ');
      return new Cursor(Long.parseLong(text.substring(0, space)), text.substring(space + 1));
    } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
      throw new Rejection(
          Rejection.Kind.INVALID, "the cursor '" + opaque + "' is not one that a list gave");
    }
  }

  String opaque() {
    var text = score + " " + member;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** This place, or the first one before that time, in milliseconds since 1970. */
  Cursor notAfter(long time) {
    return score < time ? this : new Cursor(time, "");
  }

  /** Whether a session comes after this place. */
  boolean isBefore(Seen seen) {
    return seen.score() < score
        || (seen.score() == score && Keys.member(seen.session()).compareTo(member) < 0);
  }

  /** The score at which to go on, as Redis writes it. */
  String max() {
    return equals(START) ? "+inf" : Long.toString(score);
  }
}
