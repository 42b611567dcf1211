package io.tidegate.guard;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A line in which tenants take turns, and each tenant's own keep their order. Not thread-safe. */
final class FairLine<T> {
  private final Map<String, Deque<T>> byTenant = new LinkedHashMap<>();
  private int size;

  int size() {
    return size;
  }

  void add(String tenant, T last) {
    byTenant.computeIfAbsent(tenant, _ -> new ArrayDeque<>()).add(last);
    size++;
  }

  /** Whose turn it is, or null if nobody waits. */
  @Nullable T first() {
    return byTenant.isEmpty() ? null : byTenant.values().iterator().next().peek();
  }

  /** Leaves the line; if it was the tenant's turn, the next tenant's has come. */
  boolean remove(String tenant, T one) {
    var own = byTenant.get(tenant);
    if (own == null) {
      return false;
    }
    boolean turn = own.peek() == one;
    if (!own.remove(one)) {
      return false;
    }
    size--;
    if (own.isEmpty() || turn) {
      byTenant.remove(tenant);
    }
    if (!own.isEmpty() && turn) {
      byTenant.put(tenant, own);
    }
    return true;
  }
}
