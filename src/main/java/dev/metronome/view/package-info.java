/**
 * What people and programs see of a cluster: one model, with one JSON form, for commands and for
 * whoever serves it elsewhere. It reads with few requests whose number does not grow with logs, and
 * writes nothing. Fields of its records may be added, never renamed.
 */
package dev.metronome.view;
