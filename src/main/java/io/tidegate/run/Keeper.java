package io.tidegate.run;

import io.tidegate.loop.Event;
import java.util.List;

/** Who keeps the drivers. */
interface Keeper {
  Lease lease();

  /** Where what calls may cost is reserved and settled. */
  Till till();

  /** A fact about a run that its driver may be too late to note. */
  void note(SessionId session, String run, Event fact);

  /** That many more runs wait for their session, or fewer. */
  void queued(long change);

  /** Other replicas listen to the session. */
  void listenedTo(SessionId session, List<String> replicas);

  /** The driver does nothing any more; the session may need another. */
  void released(SessionDriver driver);

  /** The session is another's; a write that was under way here came back. */
  void lateResult(SessionId session, String run, Event.CallReturned returned);
}
