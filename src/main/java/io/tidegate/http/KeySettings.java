package io.tidegate.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who may use the API, by key.
 *
 * @param all the keys; with none, whoever is on this machine may do everything, and nobody else may
 *     do anything
 */
public record KeySettings(List<Key> all) {
  /** The tenant of a key that names none, and of callers without a key. */
  public static final String DEFAULT_TENANT = "default";

  public static final KeySettings NONE = new KeySettings(List.of());

  private static final String DIGEST = "SHA-256";
  private static final String PREFIX = "sha256:";
  private static final Pattern HASH = Pattern.compile(PREFIX + "[0-9a-f]{64}");
  private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Pattern PRINCIPAL = Pattern.compile("\\S|\\S[^\\p{Cntrl}]{0,126}\\S");

  public KeySettings {
    all = List.copyOf(all);
  }

  /** What a key allows. */
  public enum Scope {
    /** Start, cancel and resume runs; make, fork and delete sessions. */
    RUN,
    /** Look at everything of the tenant. */
    READ,
    /** Decide about calls that wait for a person. */
    APPROVE,
    /** Everything. */
    ADMIN
  }

  /**
   * A key, which is known by its hash alone. It prints without it.
   *
   * @param hash what {@link KeySettings#hash} gives for the key
   * @param tenant whose sessions its user may touch
   * @param principal who is named in the journal
   * @param scopes what its user may do, at least one
   */
  public record Key(String hash, String tenant, String principal, Set<Scope> scopes) {
    public Key {
      scopes = Set.copyOf(scopes);
    }

    @Override
    public String toString() {
      return "Key[tenant=%s, principal=%s, scopes=%s]".formatted(tenant, principal, scopes);
    }
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** The SHA-256 of a key's UTF-8, as the configuration has it: {@code sha256:…}. */
  public static String hash(String key) {
    try {
      var digest = MessageDigest.getInstance(DIGEST).digest(key.getBytes(UTF_8));
      return PREFIX + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + DIGEST, e);
    }
  }

  public static boolean validHash(String hash) {
    return HASH.matcher(hash).matches();
  }

  /** Whether it is a name of up to 64 letters, digits, {@code _}, {@code -} and {@code .}. */
  public static boolean validTenant(String tenant) {
    return TENANT.matcher(tenant).matches();
  }

  /** Whether it is 1 to 128 characters, none a control character, with no blank at the ends. */
  public static boolean validPrincipal(String principal) {
    return PRINCIPAL.matcher(principal).matches();
  }
}
