/**
 * The agent's metrics, by Micrometer, in Prometheus's format. The rest of the agent knows nothing
 * of them: it tells listeners of its own, and these are here. The values of a label are words of
 * ours or names in route and task files, never an ID or a stranger's text; docs/metrics.md lists
 * every metric.
 */
package dev.metronome.telemetry.metrics;
