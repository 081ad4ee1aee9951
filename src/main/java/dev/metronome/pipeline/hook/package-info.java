/**
 * What routes at the hooks may use to tell others what has happened. It knows the form of what it
 * writes and not where it goes.
 */
package dev.metronome.pipeline.hook;
