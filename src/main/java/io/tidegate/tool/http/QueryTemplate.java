package io.tidegate.tool.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.tool.json.JsonText;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Query parameters made from arguments. A parameter whose argument is absent is left out; a
 * placeholder alone may be an array, which repeats the parameter, or an object, which is sent as
 * JSON.
 */
record QueryTemplate(Map<String, Template> parameters) {

  static QueryTemplate of(Map<String, String> query) {
    var parameters = new TreeMap<String, Template>();
    query.forEach((name, value) -> parameters.put(name, Template.of(value)));
    return new QueryTemplate(parameters);
  }

  Set<String> names() {
    var names = new LinkedHashSet<String>();
    parameters.values().forEach(template -> names.addAll(template.names()));
    return names;
  }

  /** Appends the parameters to a path, which may have a query already. */
  String appendTo(String path, JsonNode args) throws BadArgument {
    var out = new StringBuilder(path);
    char separator = path.indexOf('?') < 0 ? '?' : '&';
    for (var parameter : parameters.entrySet()) {
      for (String value : values(parameter.getValue(), args)) {
        out.append(separator).append(Percent.encode(parameter.getKey())).append('=').append(value);
        separator = '&';
      }
    }
    return out.toString();
  }

  private static List<String> values(Template template, JsonNode args) throws BadArgument {
    String only = template.only();
    JsonNode value = only == null ? null : args.get(only);
    if (value != null && value.isArray()) {
      return value.valueStream().map(QueryTemplate::text).map(Percent::encode).toList();
    }
    if (value != null && value.isObject()) {
      return List.of(Percent.encode(text(value)));
    }
    String filled = template.fill(args, (name, text) -> text);
    return filled == null ? List.of() : List.of(Percent.encode(filled));
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.textValue() : JsonText.write(value).text();
  }
}
