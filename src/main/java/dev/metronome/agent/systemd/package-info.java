/**
 * Metronome as a service of systemd: its unit file, what {@code systemctl} says and does, and what
 * a running agent tells systemd about itself. Nobody here knows Camel, Consul or an event, and no
 * file is changed or removed that was not written here.
 */
package dev.metronome.agent.systemd;
