/**
 * Who may ask on the agent's port, and for what: where a request comes from, who sends it, and
 * whether he may only look. It is decided here once for routes, the API, the page and Hawtio alike;
 * nothing but the health checks passes by.
 */
package dev.metronome.http.access;
