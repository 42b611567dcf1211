package io.tidegate.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JsonTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();

  @Property
  void anyTextIsAStringThatReadsTheSame(@ForAll String text) throws JsonProcessingException {
    assertThat(JACKSON.readTree(Json.string(text).text()).textValue()).isEqualTo(text);
  }

  @Test
  void controlCharactersQuotesAndBackslashesAreEscaped() {
    assertThat(Json.string("a\"\\\n\r\t\u0001").text()).isEqualTo("\"a\\\"\\\\\\n\\r\\t\\u0001\"");
  }

  @Test
  void anErrorIsAnObject() {
    assertThat(Json.error("No \"x\".").text()).isEqualTo("{\"error\":\"No \\\"x\\\".\"}");
    assertThat(Json.error("").isObject()).isTrue();
    assertThat(Json.string("{").isObject()).isFalse();
  }
}
