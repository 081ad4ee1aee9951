/**
 * A Consul in memory, for the demo, for trying out and for fast tests: the parts of Consul's HTTP
 * API that the project uses, on loopback only, forgotten when it closes. It is not for production
 * and never part of a real cluster: there is one copy of the data, no ACL and no disk. What it
 * answers is what a real Consul of its {@code Profile} answers; {@code ConsulContract} runs against
 * both.
 */
package dev.metronome.embedded;
