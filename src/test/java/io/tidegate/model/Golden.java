package io.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Files that say, readably, what goes over the wire and what comes of it. */
public final class Golden {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Golden() {}

  public static byte[] bytes(String path) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/model/" + path)) {
      assertThat(in).as("golden file %s", path).isNotNull();
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public static JsonNode json(String path) {
    return tree(bytes(path));
  }

  /** The document is the file's, and without its white space the same byte for byte. */
  public static void assertSame(String path, byte[] document) {
    assertThat(tree(document).toPrettyString()).isEqualTo(json(path).toPrettyString());
    assertThat(new String(document, StandardCharsets.UTF_8)).isEqualTo(compact(json(path)));
  }

  /** What was told and what came of it are the file's. */
  public static void assertSame(String path, Heard heard, Reply reply) {
    assertThat(outcome(heard, reply).toPrettyString()).isEqualTo(json(path).toPrettyString());
  }

  private static ObjectNode outcome(Heard heard, Reply reply) {
    var outcome = JSON.createObjectNode();
    heard.told().forEach(outcome.putArray("told")::add);
    var parts = outcome.putArray("parts");
    reply.parts().forEach(part -> parts.add(part(part)));
    outcome.put("finish", reply.finish().name()).put("model", reply.model());
    outcome.set("usage", JSON.valueToTree(reply.usage()));
    return outcome;
  }

  private static ObjectNode part(Part part) {
    var node = JSON.createObjectNode();
    return switch (part) {
      case Part.Text(var text) -> node.put("text", text);
      case Part.Reasoning(var text, var protocol, var opaque) ->
          node.put("reasoning", text)
              .put("protocol", protocol)
              .set("opaque", tree(opaque.text().getBytes(StandardCharsets.UTF_8)));
      case Part.Call(ToolCall(var id, var wireId, var tool, var arguments)) ->
          node.put("call", id).put("wireId", wireId).put("tool", tool).put("arguments", arguments);
    };
  }

  private static String compact(JsonNode tree) {
    try {
      return new String(JSON.writeValueAsBytes(tree), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode tree(byte[] document) {
    try {
      return JSON.readTree(document);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
