/**
 * What people do to events beyond sending them: cancel, and retry. Each is one transaction whose
 * checks decide every race with the leader and with others; the leader and the nodes act on it. Who
 * did it stands in the record.
 */
package dev.metronome.pipeline.steering;
