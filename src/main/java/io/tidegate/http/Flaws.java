package io.tidegate.http;

import io.tidegate.http.Problem.Flaw;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects all that is wrong with a request, so that the client hears it at once. */
final class Flaws {
  private static final int MOST_NAMED = 20;

  private final List<Flaw> malformed = new ArrayList<>();
  private final List<Flaw> invalid = new ArrayList<>();

  /** It has not the form that the API asks for. */
  void malformed(String path, String problem) {
    add(malformed, path, problem);
  }

  /** It has the right form, but can't be right. */
  void invalid(String path, String problem) {
    add(invalid, path, problem);
  }

  private static void add(List<Flaw> to, String path, String problem) {
    if (to.size() < MOST_NAMED) {
      to.add(new Flaw(path, problem));
    }
  }

  /** The problem that names everything, or null if there is nothing to name. */
  @Nullable Problem problem() {
    if (!malformed.isEmpty()) {
      malformed.addAll(invalid);
      return Problem.malformed(malformed);
    }
    return invalid.isEmpty() ? null : Problem.invalid(invalid);
  }

  void raise() {
    var problem = problem();
    if (problem != null) {
      throw problem;
    }
  }
}
