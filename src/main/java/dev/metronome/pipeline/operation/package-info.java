/**
 * The operations that need more than a route can say: services, Chef, Consul's keys and events.
 * Each class is a bean that one route, {@code operation-NAME}, calls with the arguments as its
 * body; they are resolved and checked by then. Nothing here knows queues, claims or the leader, and
 * Consul is spoken to with the operations' token, never with the node's own if there is another.
 */
package dev.metronome.pipeline.operation;
