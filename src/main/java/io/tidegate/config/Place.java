package io.tidegate.config;

/**
 * Where something stands: a file's line and column, counted from 1, and the path of its key.
 *
 * @param file the file, seen from the configuration folder; empty for an environment variable
 * @param line 0 for a whole file and for an environment variable
 * @param path such as {@code tools.lookup-invoice.effect}, or the environment variable
 */
record Place(String file, int line, int column, String path) {

  static Place variable(String name) {
    return new Place("", 0, 0, name);
  }

  static Place file(String name) {
    return new Place(name, 0, 0, "");
  }

  Place key(String key) {
    return new Place(file, line, column, path.isEmpty() ? key : path + "." + key);
  }

  Place item(int index) {
    return new Place(file, line, column, path + "[" + index + "]");
  }

  Place at(int newLine, int newColumn) {
    return new Place(file, newLine, newColumn, path);
  }

  @Override
  public String toString() {
    String position = line == 0 ? file : file + ":" + line + ":" + column;
    return position.isEmpty() || path.isEmpty() ? position + path : position + " " + path;
  }
}
