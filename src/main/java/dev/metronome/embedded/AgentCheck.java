package dev.metronome.embedded;

/**
 * A check that an agent keeps: its state there, and the catalog's copy, which follows when the
 * status changes. Guarded by the {@link Store}'s lock.
 */
abstract class AgentCheck {
  private final Store store;
  private final CheckDefinition definition;
  private Check state;
  private boolean stopped;

  AgentCheck(Store store, CheckDefinition definition, Check initial) {
    this.store = store;
    this.definition = definition;
    this.state = initial;
  }

  /** Begins to run, once registered. */
  abstract void start();

  CheckDefinition definition() {
    return definition;
  }

  Store store() {
    return store;
  }

  Check state() {
    return state;
  }

  boolean isStopped() {
    return stopped;
  }

  void stop() {
    stopped = true;
  }

  /** Takes over a new status; nothing happens once the check has been deregistered. */
  void update(StoreCommit commit, String status, String output) {
    if (stopped) {
      return;
    }
    boolean changed = !state.status().equals(status);
    state = state.withStatus(status, output);
    if (changed && store.catalog().node(state.node()).isPresent()) {
      store.catalog().register(commit, state);
    }
  }
}
