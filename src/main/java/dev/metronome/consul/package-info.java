/**
 * The only place that sees the Consul client: connection, transactions, watches, session,
 * registration and catalog. Everything above speaks of keys, items and outcomes. Nothing here knows
 * what an event or a task is.
 */
package dev.metronome.consul;
