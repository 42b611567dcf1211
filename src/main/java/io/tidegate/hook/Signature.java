package io.tidegate.hook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.run.Secret;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What proves to a receiver that the gateway sent a message, and when: HMAC-SHA256 as <a
 * href="https://www.standardwebhooks.com">Standard Webhooks</a> has it.
 */
final class Signature {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String BASE64 = "whsec_";

  private final SecretKeySpec key;

  private Signature(SecretKeySpec key) {
    this.key = key;
  }

  /**
   * Signs with a secret: after {@code whsec_} it is in Base64, otherwise it is the text's bytes.
   *
   * @throws IllegalArgumentException if it is not Base64
   */
  static Signature with(Secret secret) {
    var text = secret.reveal();
    var bytes =
        text.startsWith(BASE64)
            ? Base64.getDecoder().decode(text.substring(BASE64.length()))
            : text.getBytes(UTF_8);
    return new Signature(new SecretKeySpec(bytes, ALGORITHM));
  }

  /**
   * The header's value.
   *
   * @param at seconds since 1970
   */
  String of(String id, long at, byte[] body) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((id + "." + at + ".").getBytes(UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
