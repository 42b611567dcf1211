package io.tidegate.http;

import io.tidegate.http.KeySettings.Scope;
import java.util.EnumSet;
import java.util.Set;

/**
 * Who sends a request.
 *
 * @param tenant whose sessions it may touch
 * @param principal who is named in the journal
 * @param scopes what it may do
 */
record Caller(String tenant, String principal, Set<Scope> scopes) {
  /** Whoever asks for what is open to all: it has no sessions, and no tenant has its name. */
  static final Caller NOBODY = new Caller("", "", Set.of());

  /** Whoever reaches a gateway that has no keys. */
  static final Caller ANYBODY =
      new Caller(KeySettings.DEFAULT_TENANT, "anonymous", EnumSet.allOf(Scope.class));

  Caller {
    scopes = Set.copyOf(scopes);
  }

  static Caller with(KeySettings.Key key) {
    return new Caller(key.tenant(), key.principal(), key.scopes());
  }

  /** Makes sure that the caller may do it; an admin may do everything. */
  void must(Scope scope) {
    if (!scopes.contains(scope) && !scopes.contains(Scope.ADMIN)) {
      throw Problem.forbidden(scope);
    }
  }
}
