package io.tidegate.guard;

import io.tidegate.guard.GuardSettings.Keys;
import io.tidegate.loop.Pin.Target;
import io.tidegate.run.Quotas;
import io.tidegate.run.Quotas.Cooled;
import io.tidegate.run.Time;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** The gates of all targets: there are as many as the configuration has targets. */
final class KeyGates {
  private final Supplier<GuardSettings> settings;
  private final Quotas shared;
  private final Quotas alone;
  private final Time time;
  private final DoubleSupplier fraction;
  private final GuardListener listener;
  private final Map<String, Kept> byTarget = new ConcurrentHashMap<>();
  private final Runnable hearing;

  KeyGates(
      Supplier<GuardSettings> settings,
      Quotas shared,
      Time time,
      DoubleSupplier fraction,
      GuardListener listener) {
    this.settings = settings;
    this.shared = shared;
    this.alone = new LocalQuotas(time);
    this.time = time;
    this.fraction = fraction;
    this.listener = listener;
    this.hearing = shared.hear(this::hear);
  }

  /** A gate, and the keys that it was opened for. */
  private record Kept(Keys keys, KeyGate gate) {}

  /** With other keys it is another gate; who waits at the one before goes through that. */
  KeyGate of(Target target) {
    var keys = settings.get().keysOf(target);
    var known = byTarget.get(target.name());
    return known != null && known.keys().equals(keys) ? known.gate() : renewed(target, keys);
  }

  private KeyGate renewed(Target target, Keys keys) {
    return byTarget
        .compute(
            target.name(),
            (_, there) ->
                there != null && there.keys().equals(keys)
                    ? there
                    : new Kept(keys, open(target, keys)))
        .gate();
  }

  private KeyGate open(Target target, Keys provider) {
    var keys = new ArrayList<ProviderKey>();
    for (var name : provider.names()) {
      var account = target.provider() + "#" + name;
      var quota = account + "/" + target.model();
      keys.add(new ProviderKey(keys.size(), account, quota, provider.rates()));
    }
    return new KeyGate(target.name(), keys, shared, alone, time, fraction, listener);
  }

  private void hear(Cooled cooled) {
    byTarget.values().forEach(kept -> kept.gate().hear(cooled));
  }

  void close() {
    hearing.run();
  }
}
