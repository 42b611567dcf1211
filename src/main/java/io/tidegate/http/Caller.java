package io.tidegate.http;

import io.tidegate.http.KeySettings.Scope;
import java.util.EnumSet;
import java.util.Set;

/**
 * Who sends a request. It prints without its key.
 *
 * @param tenant whose sessions it may touch
 * @param principal who is named in the journal
 * @param scopes what it may do
 * @param key the hash of its key, or nothing if it has none
 */
record Caller(String tenant, String principal, Set<Scope> scopes, String key) {
  /** Whoever asks for what is open to all: it has no sessions, and no tenant has its name. */
  static final Caller NOBODY = new Caller("", "", Set.of(), "");

  /** Whoever reaches a gateway that has no keys. */
  static final Caller ANYBODY =
      new Caller(KeySettings.DEFAULT_TENANT, "anonymous", EnumSet.allOf(Scope.class), "");

  Caller {
    scopes = Set.copyOf(scopes);
  }

  static Caller with(KeySettings.Key key) {
    return new Caller(key.tenant(), key.principal(), key.scopes(), key.hash());
  }

  /** Makes sure that the caller may do it; an admin may do everything. */
  void must(Scope scope) {
    if (!scopes.contains(scope) && !scopes.contains(Scope.ADMIN)) {
      throw Problem.forbidden(scope);
    }
  }

  @Override
  public String toString() {
    return "Caller[tenant=%s, principal=%s, scopes=%s]".formatted(tenant, principal, scopes);
  }
}
