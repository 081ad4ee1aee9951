/**
 * The model of task.yml: patterns, events, tasks and operations, the reader that turns files into
 * them with every problem at its line and column, and the templates in their texts. It knows
 * neither Camel nor Consul, runs nothing and asks no network. A file with an error is never part of
 * a schedule, and a value that came from outside (a parameter, a captured key) is never read as a
 * template.
 */
package dev.metronome.model.schedule;
