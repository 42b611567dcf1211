package io.tidegate.tool.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.run.Time;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Tells the time: {@code {zone?}} to {@code {utc, weekday, zone?, local?}}. */
public final class Clock implements BuiltIn {
  private final Time time;

  public Clock(Time time) {
    this.time = time;
  }

  @Override
  public JsonNode call(JsonNode args) throws BadInput {
    Instant now = Instant.ofEpochMilli(time.now()).truncatedTo(ChronoUnit.SECONDS);
    ObjectNode told = JsonNodeFactory.instance.objectNode().put("utc", now.toString());
    if (!args.hasNonNull("zone")) {
      return told.put("weekday", weekday(now.atZone(ZoneId.of("UTC"))));
    }
    ZonedDateTime local = now.atZone(zone(args.get("zone").asText()));
    return told.put("zone", local.getZone().getId())
        .put("local", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(local))
        .put("weekday", weekday(local));
  }

  private static ZoneId zone(String name) throws BadInput {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new BadInput(
          "There is no time zone '" + name + "'; give an IANA name such as Europe/Berlin.");
    }
  }

  private static String weekday(ZonedDateTime time) {
    return time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
  }
}
