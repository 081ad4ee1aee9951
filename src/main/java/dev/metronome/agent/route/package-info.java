/**
 * Route files: which are in force, what can be told of them before Camel runs them, what it means
 * when Camel cannot, and edits while it runs. Nothing here knows Consul or what an agent is.
 */
package dev.metronome.agent.route;
