/**
 * What the machine's locale does to text: how arguments, variables and paths of this process were
 * read, and which can be handed on. Nobody here knows what a text is for. No text that was altered
 * leaves from here without a word.
 */
package dev.metronome.base.encoding;
