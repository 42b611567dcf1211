package io.tidegate.http;

import io.tidegate.run.Audit;
import io.tidegate.run.Audit.Action;
import io.tidegate.run.Audit.Deed;
import io.tidegate.run.SessionId;
import io.tidegate.run.Time;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** Does for callers what no journal tells of, and has it kept. */
final class Deeds {
  private final Audit audit;
  private final Time time;

  Deeds(Audit audit, Time time) {
    this.audit = audit;
    this.time = time;
  }

  /** Something about a session. */
  <T> Future<T> during(Caller caller, Action action, SessionId session, Supplier<Future<T>> doing) {
    return audit.during(caller.tenant(), deed(caller, action, session.id()), doing);
  }

  /** Something that makes a session, of another one if it is named. */
  Future<SessionId> making(
      Caller caller, Action action, String of, Supplier<Future<SessionId>> doing) {
    var deed = deed(caller, action, of);
    return audit.during(
        caller.tenant(),
        deed,
        doing,
        made -> (of.isEmpty() ? deed : deed.with("from", of)).about(made.id()));
  }

  private Deed deed(Caller caller, Action action, String about) {
    return Deed.alone(time.now(), action, caller.principal(), about);
  }
}
