package io.tidegate.config;

import io.tidegate.http.KeySettings;
import io.tidegate.http.KeySettings.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the keys of gateway.yaml: who may use the API. */
final class KeyReader {
  private final Report report;
  private final Map<String, Place> seen = new HashMap<>();

  KeyReader(Report report) {
    this.report = report;
  }

  KeySettings read(Section file) {
    List<KeySettings.Key> keys = new ArrayList<>();
    file.sections("keys").forEach(section -> keys.add(key(section)));
    return new KeySettings(keys);
  }

  private KeySettings.Key key(Section section) {
    return new KeySettings.Key(
        hash(section),
        section
            .text("tenant")
            .check(
                KeySettings::validTenant, "must be a name of up to 64 letters, digits, _, - and .")
            .orElse(KeySettings.DEFAULT_TENANT),
        section
            .text("principal")
            .check(
                KeySettings::validPrincipal,
                "must be 1 to 128 characters, with no blank at the ends and no control character")
            .required(""),
        scopes(section));
  }

  private String hash(Section section) {
    var hash =
        section
            .text("hash")
            .check(
                KeySettings::validHash,
                "must be sha256: and the key's SHA-256 in 64 lower-case hexadecimal digits")
            .required("");
    var first = hash.isEmpty() ? null : seen.putIfAbsent(hash, section.at());
    if (first != null) {
      section.error(
          "hash", "is the hash of %s in line %d already".formatted(first.path(), first.line()));
    }
    return hash;
  }

  private Set<Scope> scopes(Section section) {
    int errors = report.errorCount();
    List<Scope> scopes = section.choices("scopes", Scope.class);
    if (scopes.isEmpty() && report.errorCount() == errors) {
      section.error("scopes", "must list at least one of run, read, approve, admin");
    }
    return Set.copyOf(scopes);
  }
}
