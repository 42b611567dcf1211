package io.tidegate.session.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidegate.run.Message;
import io.tidegate.run.RunListener.Delta;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions.Partial;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * Turns messages between replicas into JSON objects and back: {@code {"t":"grew",…}}. Any thread
 * may use it.
 */
public final class MessageCodec {
  /** A piece of a reply may end within a character; escaped, half a character survives. */
  private final ObjectMapper json =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /** The message as a JSON object, in ASCII. */
  public String encode(Message message) {
    var text = new StringWriter(256);
    try (JsonGenerator generator = json.getFactory().createGenerator(text)) {
      new JsonOut(generator, Integer.MAX_VALUE).object(message, MessageCodec::write);
    } catch (IOException e) {
      throw new UncheckedIOException("a text takes all that is written", e);
    }
    return text.toString();
  }

  private static void write(Message message, JsonOut out) throws IOException {
    switch (message) {
      case Message.Grew grew -> session("grew", grew.session(), out).number("head", grew.head());
      case Message.Said said ->
          session("said", said.session(), out).object("delta", said.delta(), MessageCodec::delta);
      case Message.FactsAdded added ->
          session("facts_added", added.session(), out)
              .number("head", added.head())
              .number("tag", added.tag());
      case Message.Listens listens ->
          session("listens", listens.session(), out).text("replica", listens.replica());
      case Message.PartialWanted wanted ->
          session("partial_wanted", wanted.session(), out)
              .text("replica", wanted.replica())
              .number("ticket", wanted.ticket());
      case Message.PartialGiven given -> {
        out.text("t", "partial_given").number("ticket", given.ticket());
        if (given.partial() != null) {
          out.object("partial", given.partial(), MessageCodec::partial);
        }
      }
      case Message.WorkWaits _ -> out.text("t", "work_waits");
    }
  }

  private static JsonOut session(String type, SessionId session, JsonOut out) throws IOException {
    return out.text("t", type).text("tenant", session.tenant()).text("session", session.id());
  }

  private static void delta(Delta delta, JsonOut out) throws IOException {
    out.flag("reasoning", delta.reasoning())
        .text("run", delta.run())
        .number("turn", delta.turn())
        .number("attempt", delta.attempt())
        .number("after", delta.after())
        .number("offset", delta.offset())
        .text("text", delta.text());
  }

  private static void partial(Partial partial, JsonOut out) throws IOException {
    out.text("run", partial.run())
        .number("turn", partial.turn())
        .number("attempt", partial.attempt())
        .number("after", partial.after())
        .text("text", partial.text())
        .text("reasoning", partial.reasoning());
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws FormatException if it is broken, or of a kind that this version does not know
   */
  public Message decode(String text) {
    try {
      var node = json.readTree(text);
      var in = new Fields("a message", node, Fields.NO_BLOBS);
      return read(in.text("t"), in);
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      throw FormatException.broken("a message", e);
    }
  }

  private static Message read(String type, Fields in) {
    return switch (type) {
      case "grew" -> new Message.Grew(session(in), in.number("head"));
      case "said" -> new Message.Said(session(in), delta(in.object("delta")));
      case "facts_added" -> {
        var tag = in.integerOrNull("tag");
        yield new Message.FactsAdded(session(in), in.number("head"), tag == null ? 0 : tag);
      }
      case "listens" -> new Message.Listens(session(in), in.text("replica"));
      case "partial_wanted" ->
          new Message.PartialWanted(session(in), in.text("replica"), in.number("ticket"));
      case "partial_given" -> {
        var partial = in.objectOrNull("partial");
        yield new Message.PartialGiven(
            in.number("ticket"), partial == null ? null : partial(partial));
      }
      case "work_waits" -> new Message.WorkWaits();
      default -> throw FormatException.newer(in.where(), "type '" + type + "'");
    };
  }

  private static SessionId session(Fields in) {
    return new SessionId(in.text("tenant"), in.text("session"));
  }

  private static Delta delta(Fields in) {
    return new Delta(
        in.flag("reasoning"),
        in.text("run"),
        in.integer("turn"),
        in.integer("attempt"),
        in.number("after"),
        in.integer("offset"),
        in.text("text"));
  }

  private static Partial partial(Fields in) {
    return new Partial(
        in.text("run"),
        in.integer("turn"),
        in.integer("attempt"),
        in.number("after"),
        in.text("text"),
        in.text("reasoning"));
  }
}
