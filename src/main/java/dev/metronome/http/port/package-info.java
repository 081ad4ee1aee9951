/**
 * The agent's port: kept from others until somebody listens there, and bounded once somebody does.
 * Who can reach it can slow himself, never end the agent or cost it its session: connections, the
 * time that a request takes to come in, bodies and answers all have an end here, before any handler
 * sees them. Nothing here knows what is asked for.
 */
package dev.metronome.http.port;
