package io.tidegate.http;

import io.tidegate.run.Time;
import io.tidegate.stream.Feeds;
import io.tidegate.stream.Subscription;
import io.tidegate.stream.Until;
import io.vertx.core.Future;

/** Answers requests with the events of a session. */
final class Streams {
  private final Feeds feeds;
  private final Departure departure;
  private final Time time;

  Streams(Feeds feeds, Departure departure, Time time) {
    this.feeds = feeds;
    this.departure = departure;
    this.time = time;
  }

  /** Sends the events after a seq; gone says what to do if the client goes before the end. */
  Future<Answer> send(Request request, Place place, Until until, Runnable gone) {
    var eventLoop = request.eventLoop();
    var stream = SseStream.open(request.http(), eventLoop, time);
    var feed =
        feeds.open(
            eventLoop,
            new Subscription(place.session(), place.after(), place.generation(), until),
            stream);
    Runnable goodbye =
        () -> {
          feed.close();
          stream.sendElsewhere(departure.comeBackMs());
        };
    stream.whenOver(() -> departure.forget(goodbye));
    stream.whenGone(
        () -> {
          feed.close();
          gone.run();
        });
    departure.tell(eventLoop, request.caller(), goodbye);
    return Future.succeededFuture(Answer.streamed());
  }
}
