/**
 * How events stand, read from Consul for whoever shows it: results, what the plan still holds, and
 * which agents live. It sees records and Consul, nothing else; it writes nothing, and never reads a
 * log unless asked for that log.
 */
package dev.metronome.result;
