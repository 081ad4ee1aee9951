/**
 * One agent: joins the pieces, binds them where routes look for them, starts Camel with the routes
 * of the jar and the user's own, and ends it all in good order. Nothing is decided here that a
 * protocol or a route should decide.
 */
package dev.metronome.agent;
