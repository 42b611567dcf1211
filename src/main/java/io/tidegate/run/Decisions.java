package io.tidegate.run;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Call;
import io.tidegate.loop.Event;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.loop.RunState;
import io.tidegate.run.Rejection.Kind;
import io.tidegate.run.RunListener.Wait;
import io.tidegate.run.Sessions.Decision;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What people say about calls, each once; and what happens if they say nothing in time. */
final class Decisions {
  private static final Logger LOG = LoggerFactory.getLogger(Decisions.class);
  private static final int EXPIRED_AT_ONCE = 64;
  private final Shell shell;
  private final Drivers drivers;
  private final Loader loader;

  Decisions(Shell shell, Drivers drivers, Loader loader) {
    this.shell = shell;
    this.drivers = drivers;
    this.loader = loader;
  }

  Future<Void> decide(SessionId session, String call, Decision decision) {
    return onOpenCall(
        session, call, Call.Status.AWAITING_APPROVAL, writer -> decide(writer, call, decision));
  }

  private Future<Void> decide(SessionWriter writer, String id, Decision decision) {
    var call = writer.state().call(id).orElseThrow();
    mayDecide(call.ruled(), decision.by());
    var tooLate = tooLate(writer, call);
    if (tooLate.isPresent()) {
      return tooLate.get();
    }
    stillHolds(writer, call, decision);
    var run = writer.state().run();
    var edited = decision.approved() ? edited(writer, call, decision) : null;
    if (edited != null) {
      writer.record(run, edited);
    }
    return writer
        .record(
            run,
            new Event.Decided(
                id, decision.approved(), edited != null, decision.note(), decision.by()))
        .onSuccess(_ -> waited(Wait.APPROVAL, call));
  }

  private void waited(Wait what, Call call) {
    shell.listener().waited(what, shell.time().now() - call.askedAt());
  }

  private static void mayDecide(Event.@Nullable Ruled ruled, String by) {
    if (ruled != null && !ruled.approvers().isEmpty() && !ruled.approvers().contains(by)) {
      throw new Rejection(
          Kind.FORBIDDEN,
          "'%s' may not decide about this call; these may: %s."
              .formatted(by, String.join(", ", ruled.approvers())));
    }
  }

  /** Whoever decides too late decides nothing, though nobody may have noted yet that it expired. */
  private Optional<Future<Void>> tooLate(SessionWriter writer, Call call) {
    var expiresAt = expiresAt(call);
    if (expiresAt == null || expiresAt > shell.time().now()) {
      return Optional.empty();
    }
    return Optional.of(
        expired(writer, call)
            .compose(
                _ ->
                    Future.failedFuture(
                        new Rejection(
                            Kind.ALREADY_DECIDED,
                            "Nobody decided on call '" + call.id() + "' in time: it is denied."))));
  }

  private Future<Void> expired(SessionWriter writer, Call call) {
    return writer
        .record(writer.state().run(), new Event.Expired(call.id()))
        .onSuccess(_ -> waited(Wait.APPROVAL, call));
  }

  /** What is decided about must be what was looked at. */
  private static void stillHolds(SessionWriter writer, Call call, Decision decision) {
    var digest = decision.digest();
    var checked = call.checked();
    if (digest != null && checked != null && !digest.equals(checked.digest())) {
      throw new Rejection(
          Kind.CHANGED,
          "Call '%s' is not the one that was looked at: its digest is %s."
              .formatted(call.id(), checked.digest()));
    }
    if (decision.approved() && writer.deliberation().voided(call)) {
      throw new Rejection(
          Kind.CHANGED,
          "The contract of '%s' changed since the run began, so the call can't be approved; deny it."
              .formatted(call.tool()));
    }
  }

  /** The edited arguments as they will be sent, or null if none were given. */
  private static Event.@Nullable Checked edited(
      SessionWriter writer, Call call, Decision decision) {
    var args = decision.args();
    if (args == null) {
      return null;
    }
    var edited = writer.deliberation().check(writer.state().requirePin(), call, args.text());
    if (edited.problem() != null) {
      throw new Rejection(Kind.INVALID, "The edited arguments are not valid: " + edited.problem());
    }
    var ruled = writer.deliberation().rule(writer.state(), call.with(edited));
    if (ruled.verdict() == Verdict.DENY) {
      throw new Rejection(Kind.INVALID, "A rule forbids the edited arguments: " + ruled.reason());
    }
    if (ruled.verdict() == Verdict.ASK) {
      mayDecide(ruled, decision.by());
    }
    return edited;
  }

  Future<Void> answer(SessionId session, String call, Json answer, String by) {
    return onOpenCall(
        session, call, Call.Status.AWAITING_INPUT, writer -> answer(writer, call, answer, by));
  }

  private Future<Void> answer(SessionWriter writer, String id, Json answer, String by) {
    var call = writer.state().call(id).orElseThrow();
    var schema = call.input() == null ? null : call.input().schema();
    if (schema != null) {
      refuse(shell.schemas().check(schema, answer.text()).problems());
    }
    var event = new Event.InputAnswered(id, call.tool(), answer, by);
    if (!writer.deliberation().withStateWrite(writer.state(), event).contains(event)) {
      refuse(List.of("it can't be written into the state of the session"));
    }
    return writer.record(writer.state().run(), event).onSuccess(_ -> waited(Wait.INPUT, call));
  }

  private static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new Rejection(Kind.INVALID, "The answer is not valid: " + String.join("; ", problems));
    }
  }

  Future<Void> settle(
      SessionId session,
      String call,
      Event.Resolution resolution,
      @Nullable Json result,
      String note,
      String by) {
    return onOpenCall(
        session,
        call,
        Call.Status.UNKNOWN,
        writer ->
            writer.record(
                writer.state().run(),
                new Event.OutcomeDecided(call, resolution, result, note, by)));
  }

  /** Acts on a call if it has that status; else says what became of it. */
  private Future<Void> onOpenCall(
      SessionId session,
      String call,
      Call.Status status,
      Function<SessionWriter, Future<Void>> action) {
    return drivers
        .with(
            session,
            writer -> {
              var known = writer.state().call(call);
              boolean open =
                  known.filter(it -> it.status() == status && it.settled() == null).isPresent();
              return open ? action.apply(writer).map(true) : Future.succeededFuture(false);
            })
        .compose(done -> done ? Future.succeededFuture() : closedCall(session, call));
  }

  private Future<Void> closedCall(SessionId session, String call) {
    return loader
        .fold(session, false, (found, entry) -> found || asksAbout(entry.event(), call))
        .compose(
            asked ->
                Future.failedFuture(
                    asked
                        ? new Rejection(
                            Kind.ALREADY_DECIDED, "Call '" + call + "' was decided before.")
                        : new Rejection(
                            Kind.NOT_FOUND,
                            "Session '%s' asks nobody about a call '%s'."
                                .formatted(session.id(), call))));
  }

  private static boolean asksAbout(Event event, String call) {
    return switch (event) {
      case Event.ApprovalRequested asked -> asked.call().equals(call);
      case Event.InputRequested asked -> asked.call().equals(call);
      case Event.OutcomeDecided decided -> decided.call().equals(call);
      default -> false;
    };
  }

  /** Lets approvals that nobody gave in time expire, in all sessions whose alarm has come. */
  Future<Void> expire() {
    return shell
        .journal()
        .dueAlarms(shell.time().now(), EXPIRED_AT_ONCE)
        .compose(due -> Future.all(due.stream().map(this::expire).toList()).mapEmpty());
  }

  private Future<Void> expire(Journal.Due due) {
    var session = due.session();
    return drivers
        .with(session, writer -> expire(writer, due))
        .recover(
            gone -> {
              LOG.atWarn()
                  .addKeyValue("tenant", session.tenant())
                  .addKeyValue("session", session.id())
                  .log("an approval could not expire: {}", gone.getMessage());
              return Future.succeededFuture();
            });
  }

  /** The alarm is settled only when what it was for is in the journal. */
  private Future<Void> expire(SessionWriter writer, Journal.Due due) {
    long now = shell.time().now();
    for (var call : writer.state().calls()) {
      var expiresAt = expiresAt(call);
      if (expiresAt != null && expiresAt <= now) {
        expired(writer, call);
      }
    }
    long next = alarm(writer.state());
    return writer.written().compose(_ -> shell.journal().settleAlarm(due, next));
  }

  /**
   * When the first approval that the run waits for expires, in milliseconds since 1970, or 0 if
   * none does.
   */
  static long alarm(RunState state) {
    return state.calls().stream()
        .map(Decisions::expiresAt)
        .filter(Objects::nonNull)
        .mapToLong(Long::longValue)
        .min()
        .orElse(0);
  }

  private static @Nullable Long expiresAt(Call call) {
    var asked = call.approval();
    return asked == null || call.status() != Call.Status.AWAITING_APPROVAL
        ? null
        : asked.expiresAt();
  }
}
