package dev.metronome.telemetry.metrics;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** Tells all metrics of one agent, for the route that answers a scrape. Thread-safe. */
public final class Scraper {

  /** Content type of {@link #scrape}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry;
  private final VitalMeters vitals;

  Scraper(PrometheusMeterRegistry registry, VitalMeters vitals) {
    this.registry = registry;
    this.vitals = vitals;
  }

  /** Everything, in Prometheus's text format. */
  public String scrape() {
    vitals.refresh();
    return registry.scrape(CONTENT_TYPE);
  }
}
