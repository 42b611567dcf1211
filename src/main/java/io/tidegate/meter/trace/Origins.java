package io.tidegate.meter.trace;

import io.tidegate.loop.Trace;
import io.tidegate.run.Tracing;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts runs into traces: into the one that the client is in, which then says too whether the trace
 * is kept, or into new ones, of which a share is kept.
 */
public final class Origins implements Tracing {
  /** Version 00 ends there; later ones may go on: W3C Trace Context, 3.2. */
  private static final Pattern PARENT =
      Pattern.compile("(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

  private static final Pattern VENDORS = Pattern.compile("[\\x20-\\x7e\\t]{1,512}");
  private static final Pattern ZEROS = Pattern.compile("0+");

  private final double sample;
  private final LongSupplier random;

  /**
   * @param sample the share of new traces that is kept, from 0 to 1
   * @param random 64 random bits each time
   */
  public Origins(double sample, LongSupplier random) {
    this.sample = sample;
    this.random = random;
  }

  @Override
  public Trace begin(@Nullable Caller caller, long now) {
    var parent = caller == null ? null : PARENT.matcher(caller.parent().strip());
    if (caller == null || parent == null || !parent.matches() || !valid(parent)) {
      long low = notZero();
      return new Trace(
          Trace.hex(random.getAsLong()) + Trace.hex(low), span(), kept(low), "", null, now);
    }
    boolean sampled = (Integer.parseInt(parent.group(4), 16) & 1) == 1;
    return new Trace(
        parent.group(2), span(), sampled, vendors(caller.vendors()), parent.group(3), now);
  }

  private static boolean valid(Matcher parent) {
    return !(parent.group(1).equals("00") && parent.group(5) != null)
        && !ZEROS.matcher(parent.group(2)).matches()
        && !ZEROS.matcher(parent.group(3)).matches();
  }

  /** What can't be a list of vendors' words is not carried on. */
  private static String vendors(String said) {
    return VENDORS.matcher(said).matches() ? said : "";
  }

  private boolean kept(long bits) {
    return (bits >>> 11) * 0x1.0p-53 < sample;
  }

  private String span() {
    return Trace.hex(notZero());
  }

  private long notZero() {
    long bits = random.getAsLong();
    return bits == 0 ? 1 : bits;
  }
}
