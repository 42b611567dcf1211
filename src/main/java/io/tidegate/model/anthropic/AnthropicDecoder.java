package io.tidegate.model.anthropic;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Reply;
import io.tidegate.model.wire.Decoder;
import io.tidegate.model.wire.Failures;
import io.tidegate.model.wire.ReplyDraft;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Model.Failed;
import io.tidegate.run.Model.Sink;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a stream of Messages events up to {@code message_stop}. */
final class AnthropicDecoder implements Decoder {
  private final ReplyDraft draft;
  private final Map<Integer, BlockDraft> open = new HashMap<>();
  private final UsageCount usage = new UsageCount();
  private @Nullable Finish finish;
  private String model = "";
  private boolean ended;

  AnthropicDecoder(Ask ask, Sink sink) {
    this.draft = new ReplyDraft(ask, sink);
  }

  @Override
  public void event(byte[] data, int start, int end) throws IOException {
    if (start == end) {
      return;
    }
    var event = StreamEvent.read(data, start, end, usage);
    switch (event.type) {
      case "message_start" -> model = event.model;
      case "content_block_start" -> start(event);
      case "content_block_delta" -> delta(event);
      case "content_block_stop" -> stop(event);
      case "message_delta" -> finish(event.stopReason);
      case "message_stop" -> ended = true;
      case "error" -> throw new Failed(event.error.inStream());
      // "ping", and what later versions may add
      default -> {}
    }
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public Reply reply() {
    if (!ended) {
      throw Failures.endedBefore("message_stop");
    }
    return draft.reply(finish == null ? Finish.END : finish, usage.usage(), model);
  }

  /** Another block shows that the one before it was not cut off. */
  private void start(StreamEvent event) {
    draft.sealEnded();
    open.put(event.index, BlockDraft.open(event.block, draft));
  }

  private void delta(StreamEvent event) {
    BlockDraft block = open.get(event.index);
    if (block == null) {
      throw Failures.malformed("a delta belongs to block " + event.index + ", which is not open");
    }
    block.add(event.deltaType, event.added);
  }

  private void stop(StreamEvent event) {
    BlockDraft block = open.remove(event.index);
    if (block != null) {
      block.stop();
      draft.sealComplete();
    }
  }

  private void finish(String reason) {
    if (reason.isEmpty()) {
      return;
    }
    finish =
        switch (reason) {
          case "max_tokens" -> Finish.LENGTH;
          case "tool_use" -> Finish.CALLS;
          case "refusal" -> Finish.REFUSED;
          case "pause_turn" -> Finish.PAUSED;
          case "model_context_window_exceeded" -> Finish.CONTEXT_FULL;
          // "end_turn", "stop_sequence", and what later versions may add
          default -> Finish.END;
        };
    draft.finish(finish);
  }
}
