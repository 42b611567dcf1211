package io.tidegate.guard;

import io.tidegate.loop.Pin.Route;
import io.tidegate.loop.Pin.Target;
import io.tidegate.run.Draw;
import io.tidegate.run.Routing.Conditions;
import io.tidegate.run.Routing.Question;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The targets of a route in the order in which a question is put to them: those whose condition
 * holds, in the order of the configuration, or drawn by weight.
 *
 * <p>The draw comes from the session and the target's name alone, so a session stays with its
 * target, on every replica and when targets are added. It is the weighted form of rendezvous
 * hashing: the target with the least {@code -ln(u) / weight} is the first.
 */
final class Candidates {
  private Candidates() {}

  /** Indexes into the route; at least one. */
  static List<Integer> of(Question question, Conditions conditions) {
    var route = question.route();
    var all = IntStream.range(0, route.targets().size()).boxed().toList();
    var fit = all.stream().filter(i -> fits(route.targets().get(i), question, conditions)).toList();
    // A rule chooses among targets; it does not leave a run without any.
    var order = new ArrayList<>(fit.isEmpty() ? all : fit);
    if (route.weighted()) {
      order.sort(Comparator.comparingDouble(i -> draw(question, route, i)));
    }
    return order;
  }

  private static boolean fits(Target target, Question question, Conditions conditions) {
    var when = target.when();
    return when == null || conditions.hold(when, question.facts());
  }

  private static double draw(Question question, Route route, int index) {
    var target = route.targets().get(index);
    if (target.weight() == 0) {
      return Double.POSITIVE_INFINITY;
    }
    var drawn = question.tenant() + "/" + question.session() + " " + route.name() + " " + index;
    return -Math.log(Draw.fraction(drawn + " " + target.name())) / target.weight();
  }
}
