package io.tidegate.http;

import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens to a run when the client that waits for it goes away. */
enum OnDisconnect {
  CONTINUE,
  CANCEL;

  private static final Logger LOG = LoggerFactory.getLogger(OnDisconnect.class);

  void clientGone(Sessions sessions, SessionId session, String run, Caller caller) {
    if (this == CANCEL) {
      sessions
          .cancel(session, run, "the client closed its connection", caller.principal())
          .onFailure(
              cause ->
                  LOG.atWarn()
                      .addKeyValue("tenant", session.tenant())
                      .addKeyValue("session", session.id())
                      .addKeyValue("run", run)
                      .setCause(cause)
                      .log("the run could not be cancelled"));
    }
  }
}
