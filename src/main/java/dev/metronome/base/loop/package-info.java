/**
 * The threads that an agent lives by, known by name: what each does, when it last got round, what
 * troubles it, and whether it has died. A loop never ends by an exception; if one does, that is
 * seen here. Nothing here knows what a loop is for.
 */
package dev.metronome.base.loop;
