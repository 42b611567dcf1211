package io.tidegate.k8s;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import java.util.List;
import java.util.Map;

/** KEDA's object, as far as it is used here: a field that is not among these is not read. */
record ScaledObject(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {
  record Spec(
      Target scaleTargetRef,
      int minReplicaCount,
      int maxReplicaCount,
      List<Trigger> triggers,
      Advanced advanced) {}

  record Target(String name) {}

  record Trigger(String type, String metricType, Map<String, String> metadata) {}

  record Advanced(Scaling horizontalPodAutoscalerConfig) {}

  record Scaling(HorizontalPodAutoscalerBehavior behavior) {}
}
