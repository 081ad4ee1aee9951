/**
 * The benchmark behind {@code bin/bench}: a real Consul, three real agents as processes of their
 * own, and what a user or an operator would feel, beside the raw costs of the same machine in the
 * same minutes. No test depends on it, and a figure that could not be measured is never guessed.
 */
package dev.metronome.bench;
