package io.tidegate.model.wire;

import io.tidegate.conversation.Message;
import io.tidegate.run.Model.Ask;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The tools' names on the wire, both ways. Providers take {@code [a-zA-Z0-9_-]{1,64}}, Tidegate's
 * names may hold dots and be longer, and a name that a model made up stands in the transcript too.
 *
 * <p>A name that is valid stays as it is. The others get theirs in the order of the tools: each
 * forbidden character becomes {@code _}, and a hash is added if the name is too long or taken.
 */
public final class WireNames {
  private static final Pattern VALID = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
  private static final Pattern FORBIDDEN = Pattern.compile("[^a-zA-Z0-9_-]");
  private static final int MAX_LENGTH = 64;

  private final Map<String, String> wireByTool = new HashMap<>();
  private final Map<String, String> toolByWire = new HashMap<>();

  /** The names that a question needs: those of its tools, and those in its transcript. */
  public static WireNames of(Ask ask) {
    return of(
        ask.tools().stream().map(tool -> tool.name()).toList(),
        ask.transcript().stream()
            .filter(Message.Assistant.class::isInstance)
            .flatMap(message -> ((Message.Assistant) message).calls().stream())
            .map(call -> call.tool())
            .toList());
  }

  /** The names of tools, which come first, and of calls. */
  static WireNames of(List<String> tools, List<String> called) {
    var names = new WireNames();
    for (var list : List.of(tools, called)) {
      list.stream().filter(name -> VALID.matcher(name).matches()).forEach(names::keep);
      list.forEach(names::assign);
    }
    return names;
  }

  /** The tool's name on the wire. */
  public String wire(String tool) {
    return wireByTool.getOrDefault(tool, tool);
  }

  /** The tool that the wire's name stands for, or the same name if it stands for none. */
  public String tool(String wire) {
    return toolByWire.getOrDefault(wire, wire);
  }

  private void keep(String name) {
    if (!toolByWire.containsKey(name)) {
      put(name, name);
    }
  }

  private void assign(String name) {
    if (!wireByTool.containsKey(name)) {
      put(name, free(name));
    }
  }

  private void put(String tool, String wire) {
    wireByTool.put(tool, wire);
    toolByWire.put(wire, tool);
  }

  private String free(String name) {
    String plain = FORBIDDEN.matcher(name).replaceAll("_");
    boolean fits = !plain.isEmpty() && plain.length() <= MAX_LENGTH;
    String wire = fits ? plain : withSuffix(plain, hash(name));
    for (int i = 0; toolByWire.containsKey(wire); i++) {
      wire = withSuffix(plain, hash(name + "#".repeat(i)));
    }
    return wire;
  }

  private static String withSuffix(String plain, String suffix) {
    int room = MAX_LENGTH - suffix.length() - 1;
    return plain.substring(0, Math.min(plain.length(), room)) + "_" + suffix;
  }

  private static String hash(String name) {
    return String.format("%08x", name.hashCode());
  }
}
