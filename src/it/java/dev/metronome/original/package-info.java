/** What users of the original bring with them, unchanged. */
package dev.metronome.original;
