package io.tidegate.k8s;

import static java.util.Map.entry;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Kubernetes objects in YAML, read as strictly as can be: a field that its kind does not have is an
 * error, and so is a number in the place of a text.
 */
record Manifests(List<Object> all) {
  private static final Map<String, Class<?>> KINDS =
      Map.ofEntries(
          entry("v1 Namespace", Namespace.class),
          entry("v1 ServiceAccount", ServiceAccount.class),
          entry("v1 Service", Service.class),
          entry("v1 ConfigMap", ConfigMap.class),
          entry("v1 Secret", Secret.class),
          entry("apps/v1 Deployment", Deployment.class),
          entry("apps/v1 StatefulSet", StatefulSet.class),
          entry("autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
          entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
          entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
          entry("monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class),
          entry("monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class),
          entry("keda.sh/v1alpha1 ScaledObject", ScaledObject.class));

  static final ObjectMapper YAML = mapper();

  private static ObjectMapper mapper() {
    var factory =
        YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    var mapper =
        YAMLMapper.builder(factory)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .annotationIntrospector(new NothingMore())
            .build();
    var text = mapper.coercionConfigFor(LogicalType.Textual);
    for (var shape :
        List.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean)) {
      text.setCoercion(shape, CoercionAction.Fail);
    }
    return mapper;
  }

  /** The model's classes keep what they do not know; here it is to fail. */
  private static final class NothingMore extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated found) {
      return false;
    }
  }

  /** Reads the documents of a YAML text; fails with the path of what is wrong. */
  static Manifests read(String yaml) {
    var found = new ArrayList<>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
      while (documents.hasNextValue()) {
        found.add(read(documents.nextValue()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Manifests(List.copyOf(found));
  }

  private static Object read(JsonNode document) throws IOException {
    var name = document.path("apiVersion").asText() + " " + document.path("kind").asText();
    var kind = KINDS.get(name);
    if (kind == null) {
      throw new IOException("no kind is known as '" + name + "'");
    }
    return YAML.treeToValue(document, kind);
  }

  <T> List<T> all(Class<T> kind) {
    return all.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  <T> T only(Class<T> kind) {
    var found = all(kind);
    if (found.size() != 1) {
      throw new AssertionError("one %s, not %d".formatted(kind.getSimpleName(), found.size()));
    }
    return found.getFirst();
  }

  Deployment deployment(String name) {
    return all(Deployment.class).stream()
        .filter(each -> each.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The gateway's container. */
  Container gateway() {
    return container(deployment("tidegate").getSpec().getTemplate());
  }

  static Container container(PodTemplateSpec pod) {
    var containers = pod.getSpec().getContainers();
    if (containers.size() != 1) {
      throw new AssertionError("one container a pod, not " + containers.size());
    }
    return containers.getFirst();
  }

  /** What pods are made of. */
  List<PodTemplateSpec> pods() {
    return Stream.concat(
            all(Deployment.class).stream().map(each -> each.getSpec().getTemplate()),
            all(StatefulSet.class).stream().map(each -> each.getSpec().getTemplate()))
        .toList();
  }
}
