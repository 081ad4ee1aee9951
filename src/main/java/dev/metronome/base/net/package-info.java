/** Ports before anybody listens on them. Nothing here reads or writes what comes in. */
package dev.metronome.base.net;
