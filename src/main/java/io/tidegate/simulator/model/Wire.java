package io.tidegate.simulator.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.simulator.scenario.Answer;
import io.tidegate.simulator.scenario.Conversation;
import io.vertx.core.MultiMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A provider's protocol: how it is asked, and how it answers. */
interface Wire {

  /**
   * A request, decoded.
   *
   * @param conversation its model's name may end in a directive
   * @param definitions the tools on offer, as they were described
   * @param usageInStream whether a streamed reply says what it used
   */
  record Ask(
      Conversation conversation, String definitions, boolean stream, boolean usageInStream) {}

  /**
   * A reply to be written.
   *
   * @param model the model's name as it was asked for
   * @param tokens what the reply used, or null if it doesn't say
   */
  record Reply(
      String id, String model, Answer answer, List<Piece> pieces, @Nullable Tokens tokens) {}

  /** Reads a request; one that a real provider would refuse is a {@link BadRequest}. */
  Ask decode(MultiMap headers, JsonNode body);

  /** The id of a reply, and of one of its calls. */
  String replyId(long number);

  String callId(int turn, int index);

  /** A whole reply, for a request without streaming. */
  String whole(Reply reply);

  /** The events of a streamed reply. */
  Events events(Reply reply);

  /** The body of an error answer. */
  String error(int status, String message);

  /** A streamed reply, event by event, each text complete with its blank line. */
  interface Events {
    String open();

    String piece(Piece piece);

    String close();

    /** An error in mid-stream; nothing comes after it. */
    String overloaded();
  }
}
