/**
 * The agent's port: its bounds, who may do what, the API, the stream and the page. It draws what
 * {@code state} reads and steers by what {@code pipeline} offers; it never writes to Consul by
 * itself, and nothing below it knows that there is HTTP.
 */
package dev.metronome.http;
