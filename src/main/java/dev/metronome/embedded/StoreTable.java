package dev.metronome.embedded;

/** What has an index of its own in Consul's state store. */
enum StoreTable {
  KEYS,
  SESSIONS,
  NODES,
  SERVICES,
  CHECKS,
  EVENTS,
  /** What is answered from a stream; no table of Consul's. */
  VIEWS
}
