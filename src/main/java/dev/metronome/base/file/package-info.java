/**
 * Files that change while a process lives by them: how they look, when they are looked at, and that
 * what could be read last stays in force. Nothing here knows what stands in them.
 */
package dev.metronome.base.file;
