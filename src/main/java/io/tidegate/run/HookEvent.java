package io.tidegate.run;

import io.tidegate.loop.Event;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The public events that webhooks may tell of: where a run stands, and what people decide. */
public enum HookEvent {
  RUN_QUEUED,
  RUN_STARTED,
  RUN_SUSPENDED,
  RUN_RESUMED,
  RUN_CANCELLING,
  RUN_STOPPED,
  APPROVAL_REQUESTED,
  APPROVAL_DECIDED,
  OUTCOME_DECIDED,
  BUDGET_WARNING;

  private static final Set<String> NAMES =
      Arrays.stream(values())
          .map(HookEvent::wire)
          .collect(
              Collectors.collectingAndThen(
                  Collectors.toCollection(LinkedHashSet::new), Collections::unmodifiableSet));

  private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '.');

  /** What an entry is to webhooks, or null if they can't tell of it. */
  public static @Nullable HookEvent of(Event event) {
    return switch (event) {
      case Event.Queued _ -> RUN_QUEUED;
      case Event.Asked _ -> RUN_STARTED;
      case Event.Suspended _ -> RUN_SUSPENDED;
      case Event.Resumed _, Event.Reopened _ -> RUN_RESUMED;
      case Event.Cancelled _ -> RUN_CANCELLING;
      case Event.Stopped _ -> RUN_STOPPED;
      case Event.ApprovalRequested _ -> APPROVAL_REQUESTED;
      case Event.Decided _, Event.Expired _ -> APPROVAL_DECIDED;
      case Event.OutcomeDecided _ -> OUTCOME_DECIDED;
      case Event.BudgetWarned _ -> BUDGET_WARNING;
      case Event.Opened _,
          Event.Forked _,
          Event.ModelAsked _,
          Event.Sealed _,
          Event.Replied _,
          Event.ModelFailed _,
          Event.Checked _,
          Event.Ruled _,
          Event.CallStarted _,
          Event.CallReturned _,
          Event.CallAdopted _,
          Event.OutputChecked _,
          Event.DeadlinePassed _,
          Event.BudgetRefused _,
          Event.Rewound _,
          Event.InputRequested _,
          Event.InputAnswered _,
          Event.StateSet _,
          Event.FellBack _ ->
          null;
    };
  }

  /** The one with that public name. */
  public static Optional<HookEvent> named(String name) {
    return Arrays.stream(values()).filter(event -> event.wire().equals(name)).findFirst();
  }

  /** All public names. */
  public static Set<String> names() {
    return NAMES;
  }

  /** Its public name, such as {@code run.stopped}. */
  public String wire() {
    return wire;
  }
}
