/**
 * A trace for each event, by OpenTelemetry: spans for the event, its tasks, its runs on nodes and
 * their operations, sent by OTLP. Like the metrics it hears listeners, and the rest of the agent
 * knows nothing of it; what passes from agent to agent stands in the records. Nothing here, and no
 * class of OpenTelemetry's, is loaded unless tracing is switched on; and no parameter, variable,
 * output or message ever becomes an attribute.
 */
package dev.metronome.telemetry.trace;
