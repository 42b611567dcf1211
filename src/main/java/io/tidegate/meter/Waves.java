package io.tidegate.meter;

import io.tidegate.conversation.Part;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;

/** How many calls of a reply stand in each wave. */
final class Waves {
  private Waves() {}

  /**
   * The widths, first wave first; a call that was checked before its reply was complete is of the
   * first wave, and one that was refused at once is of none.
   */
  static Collection<Integer> widths(Event.Replied replied, List<Entry> moment) {
    var calls = Part.calls(replied.reply().parts());
    if (calls.isEmpty()) {
      return List.of();
    }
    var waves = new HashMap<String, Integer>();
    var refused = new HashSet<String>();
    for (var entry : moment) {
      switch (entry.event()) {
        case Event.Checked checked -> waves.put(checked.call(), checked.wave());
        case Event.CallReturned returned when returned.attempt() == 0 ->
            refused.add(returned.call());
        default -> {}
      }
    }
    var widths = new TreeMap<Integer, Integer>();
    for (var call : calls) {
      if (!refused.contains(call.id())) {
        widths.merge(waves.getOrDefault(call.id(), 1), 1, Integer::sum);
      }
    }
    return widths.values();
  }
}
