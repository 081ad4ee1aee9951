package dev.metronome.state;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.TaskResult;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the results of one event, each final one once. Not thread-safe.
 *
 * <p>The names of the keys are read first, then those values only that may have changed: logs,
 * which may be large, are never among them.
 */
public final class ResultReader {
  private static final String LOG = "/log";

  private final ConsulConnection connection;
  private final Keys keys;
  private final String eventId;
  private final Map<String, Object> known = new HashMap<>();
  private Optional<Plan> plan = Optional.empty();

  public ResultReader(ConsulConnection connection, Keys keys, String eventId) {
    this.connection = connection;
    this.keys = keys;
    this.eventId = eventId;
  }

  /**
   * How the event stands now.
   *
   * @throws dev.metronome.model.record.UnreadableRecordException a result is not what it should be
   */
  public EventState read() {
    List<String> wanted =
        connection.names(keys.result(eventId)).stream().filter(this::isWanted).toList();
    connection.read(wanted).forEach(this::remember);
    return new EventAssembly(eventId, plan, known.values()).state();
  }

  /** From here on the tasks that wait for their turn are known too. */
  public void learn(Plan current) {
    plan = Optional.of(current);
  }

  /** The log of a task on a node; empty if there is none. */
  public String log(int no, String node) {
    return connection
        .get(keys.log(eventId, no, node))
        .map(entry -> new String(entry.value(), StandardCharsets.UTF_8))
        .orElse("");
  }

  /** Another event's ID may begin with this one; a node may be called log. */
  private boolean isWanted(String key) {
    String own = keys.result(eventId);
    if (!key.equals(own) && !key.startsWith(own + "/")) {
      return false;
    }
    boolean log = key.endsWith(LOG) && depth(key) == 3;
    return !log && !isFinal(known.get(key));
  }

  private int depth(String key) {
    return (int) key.substring(keys.result(eventId).length()).chars().filter(c -> c == '/').count();
  }

  private static boolean isFinal(Object result) {
    if (result instanceof TaskResult task) {
      return task.status().isFinal();
    }
    return result instanceof NodeResult node && node.status().isFinal();
  }

  private void remember(Entry entry) {
    Class<?> type =
        switch (depth(entry.key())) {
          case 0 -> EventResult.class;
          case 1 -> TaskResult.class;
          default -> NodeResult.class;
        };
    known.put(entry.key(), Json.read(entry.key(), entry.value(), type));
  }
}
