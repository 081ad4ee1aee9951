/**
 * How events, tasks, nodes and the cluster stand, read from Consul for whoever shows it: one model
 * with one JSON form. It writes nothing, never reads a log unless asked for that log, and takes a
 * number of requests that does not grow with logs. Fields of its records may be added, never
 * renamed.
 */
package dev.metronome.state;
