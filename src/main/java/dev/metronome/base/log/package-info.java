/**
 * The agent's own log: one line a record, in the original's format or as JSON, on one stream. It
 * stands on the JDK's logging, behind SLF4J, and is set up in code. Nothing here knows what is
 * logged, and no record may ever span two lines unless stack traces were asked for.
 */
package dev.metronome.base.log;
