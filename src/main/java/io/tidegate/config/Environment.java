package io.tidegate.config;

import io.tidegate.run.Secret;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** The environment variables that stand in for keys; one that is set to nothing is not set. */
record Environment(Placeholders variables, Report report) {

  int port(String name, int other) {
    return read(name, scalar -> (int) Scalars.whole(scalar, 0, 65_535)).orElse(other);
  }

  Value<URI> url(String name) {
    return read(name, Scalars::url);
  }

  Value<Secret> secret(String name) {
    return read(name, Scalars::secret);
  }

  Value<String> text(String name) {
    return read(name, Scalars::any);
  }

  /** One of the enum's constants, in kebab case. */
  <E extends Enum<E>> Value<E> choice(String name, Class<E> type) {
    return read(name, scalar -> Scalars.choice(scalar, type));
  }

  private <T> Value<T> read(String name, Section.Parse<T> parse) {
    Place at = Place.variable(name);
    @Nullable String text = variables.variable(name);
    if (text == null) {
      return Value.absent(report, at);
    }
    try {
      var scalar = new Node.Scalar(at, Node.Kind.TEXT, text.strip(), "");
      return Value.of(report, at, parse.parse(scalar));
    } catch (IllegalArgumentException e) {
      return Value.wrong(report, at, String.valueOf(e.getMessage()));
    }
  }
}
