package dev.metronome.telemetry.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Makes OpenTelemetry's SDK of the {@code OTEL_} variables.
 *
 * @param environment of this process
 */
record Setup(Map<String, String> environment, String node, String version) {

  /** Held, or its level would be forgotten: the {@link Collector} says what it says, once. */
  private static final Logger SENDERS = Logger.getLogger("io.opentelemetry.exporter");

  private static final AttributeKey<String> NAME = AttributeKey.stringKey("service.name");

  /**
   * @throws TracingException if the variables cannot be used
   */
  OpenTelemetrySdk sdk(GivenIds ids, Collector collector) {
    SENDERS.setLevel(Level.OFF);
    try {
      return AutoConfiguredOpenTelemetrySdk.builder()
          .disableShutdownHook()
          .addPropertiesSupplier(() -> Map.of("otel.exporter.otlp.protocol", "http/protobuf"))
          .addPropertiesCustomizer(config -> properties())
          .addResourceCustomizer((resource, config) -> resource(resource))
          .addTracerProviderCustomizer((provider, config) -> provider.setIdGenerator(ids))
          .addSpanExporterCustomizer((sender, config) -> collector.by(sender, address(config)))
          .build()
          .getOpenTelemetrySdk();
    } catch (ConfigurationException | IllegalArgumentException e) {
      throw new TracingException(e.getMessage(), e);
    }
  }

  /** Traces only, whatever else the variables would have sent. */
  private Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("OTEL_")) {
            properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    properties.put("otel.metrics.exporter", "none");
    properties.put("otel.logs.exporter", "none");
    return properties;
  }

  /** What the variables say of this process wins. */
  private Resource resource(Resource said) {
    Attributes ours =
        Attributes.builder()
            .put("service.version", version)
            .put("service.instance.id", node)
            .put("host.name", node)
            .build();
    Resource merged = Resource.create(ours).merge(said);
    String name = said.getAttribute(NAME);
    return name == null || name.startsWith("unknown_service")
        ? merged.merge(Resource.create(Attributes.of(NAME, "metronome")))
        : merged;
  }

  /** Without what may be secret in it. */
  private static String address(ConfigProperties config) {
    String said =
        config.getString(
            "otel.exporter.otlp.traces.endpoint",
            config.getString("otel.exporter.otlp.endpoint", "http://localhost:4318"));
    URI uri = URI.create(said);
    return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
  }
}
