/**
 * What any long-running Java program needs: threads and their back-off, TLS material, log, text,
 * ports, files that others could have put there, crash points. Nothing here knows Consul, Camel or
 * an event; it depends on no other room.
 */
package dev.metronome.base;
