package io.tidegate.guard;

import io.tidegate.loop.Pin.Target;
import io.tidegate.run.Quotas;
import io.tidegate.run.Quotas.Cooled;
import io.tidegate.run.Time;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/** The gates of all targets: there are as many as the configuration has targets. */
final class KeyGates {
  private final GuardSettings settings;
  private final Quotas shared;
  private final Quotas alone;
  private final Time time;
  private final DoubleSupplier fraction;
  private final GuardListener listener;
  private final Map<String, KeyGate> byTarget = new ConcurrentHashMap<>();
  private final Runnable hearing;

  KeyGates(
      GuardSettings settings,
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

  KeyGate of(Target target) {
    var known = byTarget.get(target.name());
    return known != null ? known : byTarget.computeIfAbsent(target.name(), _ -> open(target));
  }

  private KeyGate open(Target target) {
    var provider = settings.keysOf(target);
    var keys = new ArrayList<ProviderKey>();
    for (var name : provider.names()) {
      var account = target.provider() + "#" + name;
      var quota = account + "/" + target.model();
      keys.add(new ProviderKey(keys.size(), account, quota, provider.rates()));
    }
    return new KeyGate(target.name(), keys, shared, alone, time, fraction, listener);
  }

  private void hear(Cooled cooled) {
    byTarget.values().forEach(gate -> gate.hear(cooled));
  }

  void close() {
    hearing.run();
  }
}
