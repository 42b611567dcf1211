package io.tidegate.hook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.Secret;
import org.junit.jupiter.api.Test;

class SignatureTest {

  /** The values are those of the example in the specification of Standard Webhooks. */
  @Test
  void theExampleOfTheSpecificationIsSignedAsItSays() {
    var signature = Signature.with(new Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    var body = "{\"test\": 2432232314}".getBytes(UTF_8);
    assertThat(signature.of("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void aSecretWithoutPrefixIsItsText() {
    var text = Signature.with(new Secret("hush")).of("a", 1, new byte[0]);
    assertThat(text)
        .isEqualTo(Signature.with(new Secret("whsec_aHVzaA==")).of("a", 1, new byte[0]));
  }
}
