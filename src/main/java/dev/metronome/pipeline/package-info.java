/**
 * What becomes of an event, from its acceptance to its results: intake, queue, membership,
 * dispatch, claim, execution, operations, retention, and what steers them. Every write to Consul
 * that moves an event is a named transaction of docs/protocol.md and is made here. Nothing here
 * shows anything to anybody, knows a setting's name, or sees the room of who does: {@code state}
 * and all above it.
 */
package dev.metronome.pipeline;
