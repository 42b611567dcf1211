package io.tidegate.http;

import io.tidegate.loop.Event;
import io.tidegate.run.HookEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code webhook} of a request: whom to tell of the run. */
final class WebhookField {
  private static final int LONGEST_URL = 2_048;
  private static final String KNOWN = "must be among " + String.join(", ", HookEvent.names());

  private WebhookField() {}

  static Event.@Nullable Hook read(Body body) {
    boolean given = body.has("webhook");
    var webhook = body.inner("webhook");
    var url =
        webhook
            .text("url")
            .must(
                text -> text.length() <= LONGEST_URL,
                "must have at most " + LONGEST_URL + " characters");
    var events = webhook.texts("events").must(HookEvent.names()::containsAll, KNOWN);
    return given ? new Event.Hook(url.required(), events.or(List.of())) : null;
  }
}
