/**
 * What stands in Consul: the keys and the JSON shapes of docs/protocol.md, "Keys", and nothing that
 * reads or writes them. Field names of results are the original's and never change; fields may be
 * added. No type here knows Camel, the Consul client or a task file.
 */
package dev.metronome.model.record;
