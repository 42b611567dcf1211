package io.tidegate.simulator.model;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** How a model counts; {@code tokens=bytes} behind the question mark in its name chooses. */
enum Tokenizer {
  /** A token is four characters, and only what was said counts. */
  CHARS,
  /** A token is one byte of UTF-8, messages and calls have a frame, and the tools count too. */
  BYTES;

  private static final int CHARS_OF_A_TOKEN = 4;
  private static final int FRAME = 4;

  static Tokenizer of(String name) {
    return name.isEmpty() ? CHARS : valueOf(name.toUpperCase(Locale.ROOT));
  }

  int count(String text) {
    return switch (this) {
      case CHARS -> chars(text.length());
      case BYTES -> text.getBytes(StandardCharsets.UTF_8).length;
    };
  }

  static int chars(int characters) {
    return (characters + CHARS_OF_A_TOKEN - 1) / CHARS_OF_A_TOKEN;
  }

  /** What is around each message and each call. */
  int frame() {
    return this == BYTES ? FRAME : 0;
  }
}
