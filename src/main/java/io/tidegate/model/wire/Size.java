package io.tidegate.model.wire;

/** How large a reply has grown, and how large it may. */
final class Size {
  static final int MAX_CHARACTERS = 16 << 20;
  static final int MAX_PARTS = 4096;
  static final int MAX_CALLS = 1024;

  private int characters;
  private int parts;
  private int calls;

  void grow(int more) {
    characters += more;
    check(characters, MAX_CHARACTERS, "characters");
  }

  void addPart() {
    check(++parts, MAX_PARTS, "parts");
  }

  void addCall() {
    check(++calls, MAX_CALLS, "calls");
  }

  private static void check(int size, int limit, String what) {
    if (size > limit) {
      throw Failures.malformed("the reply has more than " + limit + " " + what);
    }
  }
}
