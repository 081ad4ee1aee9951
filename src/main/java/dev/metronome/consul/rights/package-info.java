/**
 * What this agent's ACL token must be allowed in Consul, and whether it is. It asks Consul, and
 * never tries by writing. Nothing here changes anything.
 */
package dev.metronome.consul.rights;
