package io.tidegate.tool.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.DialectId;
import com.networknt.schema.path.PathType;
import io.tidegate.conversation.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds JSON against JSON Schema 2020-12, {@code format} included, and keeps the schemas that it
 * compiled. Nothing is ever fetched: a {@code $ref} stays within its document. Safe for threads.
 */
public final class SchemaChecks {

  /** More than this are counted, not told. */
  private static final int MAX_PROBLEMS = 10;

  private static final int MAX_PROBLEM_CHARS = 500;
  private static final int MAX_SCHEMAS = 1000;

  /**
   * The schemas used last. The text is the key: a string remembers its hash, so a lookup costs less
   * than a digest of it would.
   */
  private final Map<Json, Schema> compiled =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Json, Schema> eldest) {
          return size() > MAX_SCHEMAS;
        }
      };

  /** What is wrong with the value, as sentences that name the path and the rule; empty if fine. */
  public List<String> problems(Json schema, JsonNode value) {
    try {
      return tell(compiled(schema).validate(value));
    } catch (MalformedJson | SchemaException e) {
      return List.of("the schema itself can't be used: " + clip(String.valueOf(e.getMessage())));
    }
  }

  /** What is wrong with the schema itself; empty if it can be used. */
  public List<String> problemsOf(Json schema) {
    try {
      List<String> problems = tell(metaSchema().validate(JsonText.parse(schema.text())));
      if (problems.isEmpty()) {
        compiled(schema);
      }
      return problems;
    } catch (MalformedJson | SchemaException e) {
      return List.of(clip(String.valueOf(e.getMessage())));
    }
  }

  private static Schema metaSchema() {
    return MetaSchema.INSTANCE;
  }

  private Schema compiled(Json text) throws MalformedJson {
    Schema known = known(text);
    if (known != null) {
      return known;
    }
    // Outside the lock, so that other event loops need not wait for it.
    Schema fresh = Registry.INSTANCE.getSchema(JsonText.parse(text.text()));
    fresh.initializeValidators();
    synchronized (compiled) {
      compiled.put(text, fresh);
    }
    return fresh;
  }

  private @Nullable Schema known(Json text) {
    synchronized (compiled) {
      return compiled.get(text);
    }
  }

  private static List<String> tell(List<Error> errors) {
    var problems = new ArrayList<String>();
    for (Error error : errors.subList(0, Math.min(errors.size(), MAX_PROBLEMS))) {
      problems.add(sentence(error));
    }
    if (errors.size() > MAX_PROBLEMS) {
      problems.add("and " + (errors.size() - MAX_PROBLEMS) + " more");
    }
    return problems;
  }

  private static String sentence(Error error) {
    String path = error.getInstanceLocation().toString();
    String at = path.isEmpty() ? "at the root" : "at " + path;
    return at + ": " + clip(error.getMessage()) + " (rule: " + error.getKeyword() + ")";
  }

  private static String clip(String text) {
    return text.length() <= MAX_PROBLEM_CHARS ? text : text.substring(0, MAX_PROBLEM_CHARS) + "…";
  }

  /** Made when the first schema is compiled, since that takes a while. */
  private static final class Registry {
    static final SchemaRegistry INSTANCE =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder ->
                builder
                    .schemaCacheEnabled(false)
                    .schemaLoader(loader -> loader.fetchRemoteResources(false).block(iri -> true))
                    .schemaRegistryConfig(
                        SchemaRegistryConfig.builder()
                            .formatAssertionsEnabled(true)
                            .pathType(PathType.JSON_POINTER)
                            .locale(Locale.ENGLISH)
                            .build()));
  }

  /** JSON Schema's own schema, from the library's jar; only configuration asks for it. */
  private static final class MetaSchema {
    static final Schema INSTANCE =
        SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder ->
                    builder.schemaRegistryConfig(
                        SchemaRegistryConfig.builder()
                            .formatAssertionsEnabled(true)
                            .pathType(PathType.JSON_POINTER)
                            .locale(Locale.ENGLISH)
                            .build()))
            .getSchema(SchemaLocation.of(DialectId.DRAFT_2020_12));
  }
}
