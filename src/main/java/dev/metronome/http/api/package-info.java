/**
 * The HTTP API under {@code /v1/}: questions, which any agent answers for the cluster, and what
 * steers it. Nothing here waits on an event loop, keeps a list of logs in memory, or knows what a
 * request's sender may do: that is decided before a request comes here. Events come in by a route,
 * {@code submit-http}, which reads and answers by beans from here.
 */
package dev.metronome.http.api;
