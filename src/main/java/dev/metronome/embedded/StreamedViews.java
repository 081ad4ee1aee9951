package dev.metronome.embedded;

import java.util.List;
import java.util.function.Supplier;

/**
 * The views that servers keep up to date by a stream, from which newer Consuls answer who waits for
 * the health of a service. They can be disturbed: whoever waits then is answered at once, and
 * whoever asks next finds them well again. Guarded by the {@link Store}'s lock.
 */
final class StreamedViews {
  private final Store store;
  private int disturbances;
  private boolean behind;

  StreamedViews(Store store) {
    this.store = store;
  }

  /** Empties them, as when a server ends its stream. */
  void reset() {
    disturb(false);
  }

  /** Has them show what was there before whoever waits began to. */
  void fallBehind() {
    disturb(true);
  }

  private void disturb(boolean late) {
    store.write(
        commit -> {
          disturbances++;
          behind = late;
          commit.touch(StoreTable.VIEWS);
          return commit;
        });
  }

  Reply ask(HttpRequest request, Supplier<QueryAnswer> query) throws InterruptedException {
    QueryAnswer before = store.read(query);
    int undisturbed = store.read(() -> disturbances);
    long seen = request.index();
    return store
        .ask(
            request,
            () ->
                undisturbed == disturbances
                    ? query.get().orAt(StoreTable.VIEWS)
                    : other(before, seen))
        .with("X-Consul-KnownLeader", "false")
        .with("X-Consul-Query-Backend", "streaming");
  }

  private QueryAnswer other(QueryAnswer before, long seen) {
    return behind ? before.at(Math.max(2, seen - 1)) : before.with(Reply.json(List.of())).at(1);
  }
}
