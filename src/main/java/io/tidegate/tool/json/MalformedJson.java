package io.tidegate.tool.json;

/** Text that is not the JSON it should be; the message is a sentence that says where and why. */
public final class MalformedJson extends Exception {
  private static final long serialVersionUID = 1;

  MalformedJson(String message) {
    super(message, null, false, false);
  }
}
