/**
 * Ports before anybody listens on them: the agent's and the embedded Consul's, which see nothing of
 * each other. Nothing here reads or writes what comes in.
 */
package dev.metronome.base.net;
