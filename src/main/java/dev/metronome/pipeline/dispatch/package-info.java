/**
 * What the leader does: turns a queued event into a plan, opens its tasks one after another for the
 * nodes that must run them, and closes each when its last target has ended. Every step is one
 * fenced transaction computed from what was read; nothing that the leader must remember lives in
 * its memory, so any successor goes on where it stopped.
 */
package dev.metronome.pipeline.dispatch;
