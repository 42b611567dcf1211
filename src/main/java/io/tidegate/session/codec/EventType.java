package io.tidegate.session.codec;

import io.tidegate.loop.Event;
import io.tidegate.loop.Event.ApprovalRequested;
import io.tidegate.loop.Event.Asked;
import io.tidegate.loop.Event.CallAdopted;
import io.tidegate.loop.Event.CallReturned;
import io.tidegate.loop.Event.CallStarted;
import io.tidegate.loop.Event.Cancelled;
import io.tidegate.loop.Event.Checked;
import io.tidegate.loop.Event.DeadlinePassed;
import io.tidegate.loop.Event.Decided;
import io.tidegate.loop.Event.Expired;
import io.tidegate.loop.Event.Forked;
import io.tidegate.loop.Event.ModelAsked;
import io.tidegate.loop.Event.ModelFailed;
import io.tidegate.loop.Event.Opened;
import io.tidegate.loop.Event.OutcomeDecided;
import io.tidegate.loop.Event.OutputChecked;
import io.tidegate.loop.Event.Queued;
import io.tidegate.loop.Event.Reopened;
import io.tidegate.loop.Event.Replied;
import io.tidegate.loop.Event.Resumed;
import io.tidegate.loop.Event.Ruled;
import io.tidegate.loop.Event.Sealed;
import io.tidegate.loop.Event.StateSet;
import io.tidegate.loop.Event.Stopped;
import io.tidegate.loop.Event.Suspended;

/** The names of the events in the log. They are stored, so they never change. */
final class EventType {
  static final String OPENED = "session.opened";
  static final String FORKED = "session.forked";
  static final String QUEUED = "run.queued";
  static final String ASKED = "run.asked";
  static final String MODEL_ASKED = "model.asked";
  static final String SEALED = "call.sealed";
  static final String REPLIED = "model.replied";
  static final String MODEL_FAILED = "model.failed";
  static final String CHECKED = "call.checked";
  static final String RULED = "call.ruled";
  static final String APPROVAL_REQUESTED = "approval.requested";
  static final String DECIDED = "approval.decided";
  static final String EXPIRED = "approval.expired";
  static final String INPUT_REQUESTED = "input.requested";
  static final String INPUT_ANSWERED = "input.answered";
  static final String CALL_STARTED = "call.started";
  static final String CALL_RETURNED = "call.returned";
  static final String CALL_ADOPTED = "call.adopted";
  static final String OUTCOME_DECIDED = "outcome.decided";
  static final String OUTPUT_CHECKED = "output.checked";
  static final String BUDGET_REFUSED = "budget.refused";
  static final String BUDGET_WARNED = "budget.warned";
  static final String CANCELLED = "run.cancelled";
  static final String DEADLINE_PASSED = "run.deadline-passed";
  static final String RESUMED = "run.resumed";
  static final String REOPENED = "run.reopened";
  static final String FELL_BACK = "run.fell-back";
  static final String STATE_SET = "state.set";
  static final String REWOUND = "log.rewound";
  static final String SUSPENDED = "run.suspended";
  static final String STOPPED = "run.stopped";

  private EventType() {}

  static String of(Event event) {
    return switch (event) {
      case Opened _ -> OPENED;
      case Forked _ -> FORKED;
      case Queued _ -> QUEUED;
      case Asked _ -> ASKED;
      case ModelAsked _ -> MODEL_ASKED;
      case Sealed _ -> SEALED;
      case Replied _ -> REPLIED;
      case ModelFailed _ -> MODEL_FAILED;
      case Checked _ -> CHECKED;
      case Ruled _ -> RULED;
      case ApprovalRequested _ -> APPROVAL_REQUESTED;
      case Decided _ -> DECIDED;
      case Expired _ -> EXPIRED;
      case Event.InputRequested _ -> INPUT_REQUESTED;
      case Event.InputAnswered _ -> INPUT_ANSWERED;
      case CallStarted _ -> CALL_STARTED;
      case CallReturned _ -> CALL_RETURNED;
      case CallAdopted _ -> CALL_ADOPTED;
      case OutcomeDecided _ -> OUTCOME_DECIDED;
      case OutputChecked _ -> OUTPUT_CHECKED;
      case Event.BudgetRefused _ -> BUDGET_REFUSED;
      case Event.BudgetWarned _ -> BUDGET_WARNED;
      case Cancelled _ -> CANCELLED;
      case DeadlinePassed _ -> DEADLINE_PASSED;
      case Resumed _ -> RESUMED;
      case Reopened _ -> REOPENED;
      case Event.FellBack _ -> FELL_BACK;
      case StateSet _ -> STATE_SET;
      case Event.Rewound _ -> REWOUND;
      case Suspended _ -> SUSPENDED;
      case Stopped _ -> STOPPED;
    };
  }
}
