package io.tidegate.app.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What the gateway's metrics say at one moment. */
record Metrics(List<Sample> samples) {
  private static final Pattern LINE =
      Pattern.compile("^([a-z_]+)(?:\\{(.*)})? ([0-9.eE+-]+)$", Pattern.MULTILINE);
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");

  static final Metrics NONE = new Metrics(List.of());

  /** One series' value. */
  record Sample(String name, Map<String, String> labels, double value) {
    String label(String label) {
      return labels.getOrDefault(label, "");
    }
  }

  static Metrics read(GatewayApi management) throws InterruptedException {
    return of(management.text("/metrics"));
  }

  /** Reads the Prometheus text format. */
  static Metrics of(String text) {
    var samples = new ArrayList<Sample>();
    var lines = LINE.matcher(text);
    while (lines.find()) {
      var labels = lines.group(2) == null ? "" : lines.group(2);
      samples.add(new Sample(lines.group(1), labels(labels), Double.parseDouble(lines.group(3))));
    }
    return new Metrics(List.copyOf(samples));
  }

  private static Map<String, String> labels(String text) {
    var labels = new TreeMap<String, String>();
    var found = LABEL.matcher(text);
    while (found.find()) {
      labels.put(found.group(1), found.group(2));
    }
    return labels;
  }

  List<Sample> of(String name, String label, String value) {
    return all(name).stream().filter(sample -> sample.label(label).equals(value)).toList();
  }

  List<Sample> all(String name) {
    return samples.stream().filter(sample -> sample.name().equals(name)).toList();
  }

  /** The sum of a family's counters, a whole number. */
  long count(String name) {
    return sum(all(name));
  }

  long count(String name, String label, String value) {
    return sum(of(name, label, value));
  }

  /** The value of one series, 0 if it is not there. */
  double value(Sample series) {
    return samples.stream()
        .filter(one -> one.name().equals(series.name()) && one.labels().equals(series.labels()))
        .mapToDouble(Sample::value)
        .findFirst()
        .orElse(0);
  }

  static long sum(List<Sample> samples) {
    return Math.round(samples.stream().mapToDouble(Sample::value).sum());
  }
}
