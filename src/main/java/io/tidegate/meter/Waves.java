package io.tidegate.meter;

import io.tidegate.conversation.Part;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;

/** How many calls of a reply stand in each wave. */
final class Waves {
  private Waves() {}

  /**
   * The widths, first wave first; a call that was checked before its reply was complete is of the
   * first wave.
   */
  static Collection<Integer> widths(Event.Replied replied, List<Entry> moment) {
    var waves = new HashMap<String, Integer>();
    for (var entry : moment) {
      if (entry.event() instanceof Event.Checked checked) {
        waves.put(checked.call(), checked.wave());
      }
    }
    var widths = new TreeMap<Integer, Integer>();
    for (var call : Part.calls(replied.reply().parts())) {
      widths.merge(waves.getOrDefault(call.id(), 1), 1, Integer::sum);
    }
    return widths.values();
  }
}
