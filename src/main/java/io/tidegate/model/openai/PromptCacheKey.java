package io.tidegate.model.openai;

import io.tidegate.run.Model.Terms;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Leads questions that begin alike to the machine that has their beginning in its cache. OpenAI
 * chooses it by the first tokens and this key together, and spreads what comes more than about
 * fifteen times a minute over others: so the key is the session's, whose questions each begin with
 * the one before, and not the agent's, which many ask at a time.
 */
final class PromptCacheKey {
  /** Half of what the provider allows. */
  private static final int BYTES = 16;

  private PromptCacheKey() {}

  /** A digest, as names of tenants and sessions are nobody else's business. */
  static String of(Terms terms) {
    var name = terms.tenant() + "/" + terms.session();
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(name.getBytes(StandardCharsets.UTF_8)), 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
