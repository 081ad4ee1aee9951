package dev.metronome.pipeline.queue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** As many events wait as may; some or all of those that were sent have not been accepted. */
public final class QueueFullException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Map<String, Queue.Receipt> receipts;
  private final transient List<String> refused;

  QueueFullException(
      String prefix, int limit, Map<String, Queue.Receipt> receipts, List<String> refused) {
    super(
        (refused.size() == 1 ? "event " + refused.get(0) + " was" : refused.size() + " events were")
            + " not accepted: "
            + limit
            + " wait in "
            + prefix
            + " already, as many as queue-limit allows; send again when some have ended");
    this.receipts = new LinkedHashMap<>(receipts);
    this.refused = List.copyOf(refused);
  }

  /** What became of the others, by ID. */
  public Map<String, Queue.Receipt> receipts() {
    return receipts;
  }

  /** The IDs of those that were not accepted. */
  public List<String> refused() {
    return refused;
  }
}
