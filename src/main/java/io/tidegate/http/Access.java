package io.tidegate.http;

import io.tidegate.http.KeySettings.Scope;

/** What an endpoint asks of whoever comes. */
sealed interface Access {
  /** Nothing, not even a key. */
  record Open() implements Access {}

  /** A key, whatever it allows; what is done with the answer asks for scopes itself. */
  record AnyKey() implements Access {}

  /** A key that allows this. */
  record Scoped(Scope scope) implements Access {}
}
