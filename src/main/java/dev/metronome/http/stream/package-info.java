/**
 * What pages and programs hear of a cluster while it changes, as server-sent events. One set of
 * watches serves everybody who listens to this agent, and there is none while nobody does. Nothing
 * here ever waits for a listener, waits on an event loop, or reads a log to pass it on.
 */
package dev.metronome.http.stream;
