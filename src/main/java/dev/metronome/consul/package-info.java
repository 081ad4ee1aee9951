/**
 * The only place that speaks HTTP to Consul: connection, transactions, watches, session,
 * registration and catalog. Everything above speaks of keys, items and outcomes. Nothing here knows
 * what an event or a task is, and the client of camel-consul is known to what gives it to routes
 * alone.
 */
package dev.metronome.consul;
