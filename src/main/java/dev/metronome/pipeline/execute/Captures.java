package dev.metronome.pipeline.execute;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The variables that operations have captured on this node: what one operation reads, the later
 * ones know, in this task, in later tasks and in later events, until the agent ends. Thread-safe.
 *
 * <p><em>Does not guarantee</em> anything beyond this process, nor that the oldest are kept beyond
 * {@value #MOST} names or {@value #MOST_BYTES} bytes in all.
 */
public final class Captures {

  private static final int MOST = 1_000;
  private static final long MOST_BYTES = 4L << 20;

  /** What of earlier events still fits into the environment of every program. */
  private static final int EXPORTED_EACH = 16 << 10;

  private static final int EXPORTED = 128 << 10;

  private record Captured(String eventId, String value) {
    int bytes() {
      return value.getBytes(StandardCharsets.UTF_8).length;
    }
  }

  /** The newest last. */
  private final Map<String, Captured> byName = new LinkedHashMap<>();

  private long bytes;

  /** All of them, by name. */
  public synchronized Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    byName.forEach((name, captured) -> all.put(name, captured.value()));
    return all;
  }

  /**
   * Those for the environment of an event's programs: its own, and of earlier ones the newest that
   * are not so large that no program could be started.
   */
  public synchronized Map<String, String> exported(String eventId) {
    long space = EXPORTED;
    Map<String, String> exported = new LinkedHashMap<>();
    byName.forEach(
        (name, captured) -> {
          if (captured.eventId().equals(eventId)) {
            exported.put(name, captured.value());
          }
        });
    for (String name : newestFirst()) {
      int size = byName.get(name).bytes();
      if (!exported.containsKey(name) && size <= EXPORTED_EACH && size <= space) {
        space -= size;
        exported.put(name, byName.get(name).value());
      }
    }
    return exported;
  }

  private List<String> newestFirst() {
    List<String> names = new ArrayList<>(byName.keySet());
    Collections.reverse(names);
    return names;
  }

  /** Sets one; an earlier value of the same name is replaced. */
  public synchronized void put(String eventId, String name, String value) {
    remove(name);
    Captured captured = new Captured(eventId, value);
    byName.put(name, captured);
    bytes += captured.bytes();
    while (byName.size() > MOST || (bytes > MOST_BYTES && byName.size() > 1)) {
      remove(byName.keySet().iterator().next());
    }
  }

  private void remove(String name) {
    Captured gone = byName.remove(name);
    bytes -= gone == null ? 0 : gone.bytes();
  }
}
