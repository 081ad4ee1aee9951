/**
 * Shows a person how an event goes on: one picture for every command, moving on a terminal, as
 * plain lines elsewhere. It knows states of events and a stream to print to; it never asks Consul
 * and never decides anything.
 */
package dev.metronome.cli.picture;
