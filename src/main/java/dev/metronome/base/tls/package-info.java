/**
 * Certificates and keys for TLS, from PEM files as Consul's own tools and openssl write them: of
 * the client that speaks to Consul, and of the agent's own port.
 */
package dev.metronome.base.tls;
