package io.tidegate.guard;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Reply;
import io.tidegate.loop.Pin.Cache;
import io.tidegate.run.Model;
import io.tidegate.run.ResultCache;
import io.tidegate.run.ResultCache.Look;
import org.jspecify.annotations.Nullable;

/**
 * Gives replies again that equal questions got, where a route keeps them. A question that is under
 * way elsewhere is asked all the same: whoever streams is not to wait for another's whole reply.
 */
final class ReplyCacheModel implements Model {
  private static final String NAME = "response";

  private final Model next;
  private final ResultCache replies;
  private final GuardListener listener;

  ReplyCacheModel(Model next, ResultCache replies, GuardListener listener) {
    this.next = next;
    this.replies = replies;
    this.listener = listener;
  }

  @Override
  public Exchange ask(Ask ask, Sink sink) {
    var cache = ask.terms().cache();
    if (cache == null || !cache.holds(ask.target())) {
      return next.ask(ask, sink);
    }
    var question = new Question(ask, sink, cache);
    question.look();
    return question.exchange;
  }

  /** A question that may have been answered before. On its asker's context alone. */
  private final class Question {
    private final Ask ask;
    private final Sink sink;
    private final Cache cache;
    private final String key;
    private final Caller caller = Caller.current();
    private final LateExchange exchange = new LateExchange();
    private @Nullable String flight;
    private boolean over;

    Question(Ask ask, Sink sink, Cache cache) {
      this.ask = ask;
      this.sink = sink;
      this.cache = cache;
      this.key = KeptReply.key(ask);
      exchange.onEnd(this::end);
    }

    /** A store that does not answer is done without. */
    void look() {
      replies
          .look(owner(), key, ask.target().timeout().totalMs())
          .onComplete(looked -> caller.run(() -> looked(looked.result())));
    }

    private void looked(@Nullable Look look) {
      switch (look) {
        case Look.Found(var kept) -> exchange.begin(() -> replay(KeptReply.of(kept)));
        case Look.Lead(var id) -> lead(id);
        case Look.Busy() -> put();
        case null -> put();
      }
    }

    private Exchange replay(KeptReply kept) {
      listener.cacheHit(NAME);
      listener.cacheSaved(NAME, ask.target().price().cost(kept.usage()));
      return kept.tell(ask, sink);
    }

    private void lead(String id) {
      flight = id;
      if (over) {
        giveUp();
      } else {
        put();
      }
    }

    private void put() {
      exchange.begin(
          () -> {
            listener.cacheMissed(NAME);
            var asked = next.ask(ask, sink);
            asked.reply().onSuccess(reply -> keep(asked, reply));
            return asked;
          });
    }

    /** What another target said besides, or what was cut off, answers no such question. */
    private void keep(Exchange asked, Reply reply) {
      boolean own = asked.served().map(ask.target()::equals).orElse(true);
      boolean whole = reply.finish() == Finish.END || reply.finish() == Finish.CALLS;
      if (flight != null && own && whole) {
        replies.keep(owner(), key, flight, KeptReply.of(reply).written(), cache.ttlMs());
        flight = null;
      }
    }

    private void end() {
      over = true;
      giveUp();
    }

    private void giveUp() {
      if (flight != null) {
        replies.giveUp(owner(), key, flight);
        flight = null;
      }
    }

    private String owner() {
      return "replies:" + ask.terms().tenant();
    }
  }
}
