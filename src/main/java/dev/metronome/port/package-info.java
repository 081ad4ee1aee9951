/** Ports of this machine that are kept from others until somebody listens there. */
package dev.metronome.port;
