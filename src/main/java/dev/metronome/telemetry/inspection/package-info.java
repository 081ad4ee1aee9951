/**
 * The agent from inside: managed beans, for JMX, and Hawtio, which shows them and Camel's routes in
 * a browser. Both only look; nothing here changes anything. Without its flag no class of Hawtio's
 * or Jolokia's is loaded.
 */
package dev.metronome.telemetry.inspection;
