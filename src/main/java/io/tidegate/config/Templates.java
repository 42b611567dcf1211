package io.tidegate.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Texts in which <code>{name}</code> stands for an argument of a tool. */
final class Templates {
  private static final Pattern ARGUMENT = Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_.-]*)}");
  private static final Pattern AUTHORITY = Pattern.compile("https?://([^/?#]*)");

  private Templates() {}

  /** The arguments of a text, or of the strings in a JSON text. */
  static Set<String> arguments(String template) {
    Set<String> names = new TreeSet<>();
    var found = ARGUMENT.matcher(template);
    while (found.find()) {
      names.add(found.group(1));
    }
    return names;
  }

  /** What is wrong with a URL template. */
  static List<String> urlProblems(String template) {
    List<String> problems = new ArrayList<>();
    var authority = AUTHORITY.matcher(template);
    if (!authority.lookingAt()) {
      problems.add("must be a URL such as https://host/path/{argument}");
    } else if (authority.group(1).contains("{")) {
      problems.add("must not have an {argument} before its path: it would choose the host");
    } else if (authority.group(1).contains("@")) {
      problems.add("must hold no user or password; put them into headers");
    } else if (!parses(ARGUMENT.matcher(template).replaceAll("x"))) {
      problems.add("must be a URL such as https://host/path/{argument}");
    }
    return problems;
  }

  private static boolean parses(String url) {
    try {
      return new URI(url).getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
