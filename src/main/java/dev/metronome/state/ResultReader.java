package dev.metronome.state;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Resume;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads how one event stands, again and again while it goes on: two requests each time, and each
 * final result once. Not thread-safe.
 *
 * <p>The names of the keys are read first, then those values only that may have changed: logs,
 * which may be large, are never among them.
 */
public final class ResultReader {
  private static final String LOG = "/log";

  private final ConsulConnection connection;
  private final String eventId;
  private final String own;
  private Optional<Plan> plan = Optional.empty();
  private Optional<EventResult> event = Optional.empty();
  private final SortedMap<Integer, TaskResult> tasks = new TreeMap<>();
  private final Map<Integer, Map<String, NodeResult>> nodes = new HashMap<>();
  private final Set<String> ended = new HashSet<>();
  private boolean there;

  public ResultReader(ConsulConnection connection, Keys keys, String eventId) {
    this.connection = connection;
    this.eventId = eventId;
    this.own = keys.result(eventId);
  }

  public String eventId() {
    return eventId;
  }

  /** From here on its tasks to come, and whether it is to end, are known from this. */
  public void learn(Plan current) {
    plan = Optional.of(current);
  }

  /**
   * How the event stands now; empty if it has no result.
   *
   * @throws dev.metronome.model.record.UnreadableRecordException a result is not what it should be
   */
  public Optional<EventView> read() {
    List<String> names = connection.names(own);
    there = names.contains(own);
    List<String> wanted = names.stream().filter(this::isWanted).toList();
    connection.read(wanted).forEach(this::remember);
    return event
        .map(EventSummary::of)
        .map(summary -> summary.cancelling(plan.flatMap(Plan::cancelled)))
        .map(summary -> new EventView(summary, views(summary.status())));
  }

  /** Whether the event's own result stood in Consul at the last read. */
  public boolean isThere() {
    return there;
  }

  /** Another event's ID may begin with this one; a node may be called log. */
  private boolean isWanted(String key) {
    if (!key.equals(own) && !key.startsWith(own + "/")) {
      return false;
    }
    boolean log = key.endsWith(LOG) && depth(key) == 3;
    return !log && !ended.contains(key);
  }

  private int depth(String key) {
    return (int) key.substring(own.length()).chars().filter(c -> c == '/').count();
  }

  private void remember(Entry entry) {
    switch (depth(entry.key())) {
      case 0 -> event = Optional.of(read(entry, EventResult.class));
      case 1 -> {
        TaskResult task = read(entry, TaskResult.class);
        tasks.put(task.no(), task);
        remember(entry.key(), task.status());
      }
      default -> {
        NodeResult node = read(entry, NodeResult.class);
        nodes.computeIfAbsent(node.no(), no -> new HashMap<>()).put(node.node(), node);
        remember(entry.key(), node.status());
      }
    }
  }

  private static <T> T read(Entry entry, Class<T> type) {
    return Json.read(entry.key(), entry.value(), type);
  }

  private void remember(String key, Status status) {
    if (status.isFinal()) {
      ended.add(key);
    }
  }

  private List<TaskView> views(State event) {
    SortedMap<Integer, PlannedTask> planned = planned();
    SortedMap<Integer, TaskView> views = new TreeMap<>();
    State open = event.isFinal() ? State.DROPPED : State.WAITING;
    planned.forEach((no, task) -> views.put(no, TaskView.of(task, open)));
    tasks.forEach(
        (no, task) ->
            views.put(
                no,
                TaskView.of(
                    task,
                    Optional.ofNullable(planned.get(no)).map(PlannedTask::filter),
                    nodes.getOrDefault(no, Map.of()).values())));
    return List.copyOf(views.values());
  }

  /** Tasks before the one that a retry resumes at are not its own. */
  private SortedMap<Integer, PlannedTask> planned() {
    SortedMap<Integer, PlannedTask> planned = new TreeMap<>();
    plan.ifPresent(known -> known.course().forEach(task -> planned.put(task.no(), task)));
    int first = plan.flatMap(known -> known.event().resume()).map(Resume::from).orElse(0);
    return planned.tailMap(first);
  }
}
