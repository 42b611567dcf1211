package io.tidegate.run;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who may send a tool call now: so many a tool, so many in all, first come first served. Shared by
 * all runs of the process, so it is a monitor; nothing in it waits. As a run asks for no more than
 * its own limit of parallel calls, what waits is bounded by the active runs.
 */
final class CallSlots {
  private final int inAll;
  private final ToIntFunction<String> perTool;
  private final Map<String, Lane> lanes = new HashMap<>();
  private int taken;
  private long tickets;

  CallSlots(int inAll, ToIntFunction<String> perTool) {
    this.inAll = inAll;
    this.perTool = perTool;
  }

  private static final class Lane {
    private final Queue<Ticket> waiting = new ArrayDeque<>();
    private int taken;
  }

  /** A place in the line, and then a slot. */
  final class Ticket {
    private final String tool;
    private final Runnable granted;
    private final long number;
    private boolean holds;
    private boolean immediate;
    private boolean given;

    private Ticket(String tool, Runnable granted) {
      this.tool = tool;
      this.granted = granted;
      this.number = tickets++;
    }

    /** Whether the slot was free at once; then the task is not run. */
    boolean immediate() {
      return immediate;
    }

    /** Leaves the line or gives the slot back; harmless the second time. */
    void close() {
      giveBack(this);
    }
  }

  /**
   * Takes a slot if one is free; else the task is run on the thread that frees one, when it is this
   * ticket's turn.
   */
  synchronized Ticket take(String tool, Runnable granted) {
    var ticket = new Ticket(tool, granted);
    var lane = lanes.computeIfAbsent(tool, _ -> new Lane());
    if (lane.waiting.isEmpty() && room(tool, lane)) {
      grant(ticket, lane);
      ticket.immediate = true;
    } else {
      lane.waiting.add(ticket);
    }
    return ticket;
  }

  private void giveBack(Ticket ticket) {
    var next = release(ticket);
    while (next != null) {
      next.granted.run();
      next = nextTicket();
    }
  }

  private synchronized @Nullable Ticket release(Ticket ticket) {
    if (ticket.given) {
      return null;
    }
    ticket.given = true;
    var lane = lanes.get(ticket.tool);
    if (lane == null) {
      return null;
    }
    if (!ticket.holds) {
      lane.waiting.remove(ticket);
    } else {
      lane.taken--;
      taken--;
    }
    return nextTicket();
  }

  /** Of those for whose tool there is room, the one that has waited longest. */
  private synchronized @Nullable Ticket nextTicket() {
    lanes.values().removeIf(lane -> lane.taken == 0 && lane.waiting.isEmpty());
    Lane longest = null;
    for (var entry : lanes.entrySet()) {
      var lane = entry.getValue();
      if (!lane.waiting.isEmpty() && room(entry.getKey(), lane) && isBefore(lane, longest)) {
        longest = lane;
      }
    }
    if (longest == null) {
      return null;
    }
    var ticket = longest.waiting.remove();
    grant(ticket, longest);
    return ticket;
  }

  private static boolean isBefore(Lane lane, @Nullable Lane other) {
    return other == null || lane.waiting.element().number < other.waiting.element().number;
  }

  private boolean room(String tool, Lane lane) {
    return taken < inAll && lane.taken < perTool.applyAsInt(tool);
  }

  private void grant(Ticket ticket, Lane lane) {
    lane.taken++;
    taken++;
    ticket.holds = true;
  }
}
