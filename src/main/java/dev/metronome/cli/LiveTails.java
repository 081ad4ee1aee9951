package dev.metronome.cli;

import dev.metronome.cli.picture.FullScreen;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.model.record.Part;
import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.State;
import dev.metronome.state.TaskView;
import dev.metronome.state.Viewer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The last lines of the operations that run now. Not thread-safe.
 *
 * <p>A log comes to Consul every two seconds: it is looked at once a second, and less often the
 * larger it is; of {@value #RUNS} nodes, whatever their number.
 */
// INVARIANT: promise 8, everything is bounded.
final class LiveTails {
  private static final int RUNS = 6;
  private static final int LINES = 100;
  private static final long PACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What may be read in a second, on average, of one's own Consul agent. */
  private static final long BYTES_PER_SECOND = 1 << 20;

  /** Begins the lines of a log; of a terminal's line it would leave little. */
  private static final Pattern STAMP =
      Pattern.compile("^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+\\S* (\\[INFO ] )?");

  private final Viewer viewer;
  private List<FullScreen.Tail> last = List.of();
  private long dueNanos = System.nanoTime();

  LiveTails(Viewer viewer) {
    this.viewer = viewer;
  }

  /** Those of an event that stands so; those of before while Consul cannot be asked. */
  List<FullScreen.Tail> of(EventView event) {
    if (System.nanoTime() - dueNanos >= 0) {
      long bytes = 0;
      try {
        bytes = read(event);
      } catch (ConsulUnavailableException e) {
        // the picture says how it stood, and the next look tries again
      }
      long cost = bytes * TimeUnit.SECONDS.toNanos(1) / BYTES_PER_SECOND;
      dueNanos = System.nanoTime() + Math.max(PACE_NANOS, cost);
    }
    return last;
  }

  private long read(EventView event) {
    List<FullScreen.Tail> running =
        event.tasks().stream().flatMap(LiveTails::running).limit(RUNS).toList();
    Map<Viewer.LogName, String> logs =
        viewer.logs(event.id(), running.stream().map(LiveTails::name).toList());
    last =
        running.stream()
            .map(it -> new FullScreen.Tail(it.no(), it.task(), it.node(), end(logs.get(name(it)))))
            .toList();
    return logs.values().stream().mapToLong(String::length).sum();
  }

  private static Stream<FullScreen.Tail> running(TaskView task) {
    return task.in(State.INPROGRESS).stream()
        .map(NodeRun::node)
        .map(
            node ->
                new FullScreen.Tail(
                    task.no(), Part.words(task.part(), task.name()), node, List.of()));
  }

  private static Viewer.LogName name(FullScreen.Tail tail) {
    return new Viewer.LogName(tail.no(), tail.node());
  }

  private static List<String> end(String log) {
    List<String> lines = log == null ? List.of() : log.lines().toList();
    return lines.subList(Math.max(0, lines.size() - LINES), lines.size()).stream()
        .map(line -> STAMP.matcher(line).replaceFirst(""))
        .toList();
  }
}
