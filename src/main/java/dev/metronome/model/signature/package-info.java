/**
 * What makes an event authentic without showing a secret: a signature that fits into a user event's
 * payload. A key signs a statement; a signature is its text and says nothing about the key. Nothing
 * here knows where events come from, nor what time it is worth.
 */
package dev.metronome.model.signature;
