package dev.metronome.http.api;

import dev.metronome.state.EventFinder;
import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.TaskView;
import dev.metronome.state.Viewer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Answers what tasks have said: one log as text, or a list of which one at a time is in memory. */
final class LogViews {
  private static final int TASKS = 1_000_000;

  private final Viewer viewer;
  private final EventFinder finder;

  LogViews(Viewer viewer, EventFinder finder) {
    this.viewer = viewer;
    this.finder = finder;
  }

  /**
   * A log in a list.
   *
   * @param size in bytes
   */
  record Log(int no, String task, String node, int size, String log) {}

  private record Source(TaskView task, NodeRun run) {}

  HttpAnswer logs(ApiRequest request) {
    request.demandOnly(Set.of("task", "node"));
    Optional<Integer> no = request.number("task", 0, TASKS);
    Optional<String> node = request.text("node");
    EventView event = finder.event(request.part("id"));
    String id = event.event().id();
    List<Source> sources = sources(event, no, node).toList();
    if (no.isPresent() && node.isPresent()) {
      demandSome(sources, id);
      return HttpAnswer.text(viewer.log(id, no.get(), node.get()).orElse(""));
    }
    return HttpAnswer.list(existing(id, sources));
  }

  private static Stream<Source> sources(
      EventView event, Optional<Integer> no, Optional<String> node) {
    return event.tasks().stream()
        .filter(task -> no.isEmpty() || no.get() == task.no())
        .flatMap(task -> task.nodes().stream().map(run -> new Source(task, run)))
        .filter(source -> node.isEmpty() || node.get().equals(source.run().node()));
  }

  private static void demandSome(List<Source> sources, String id) {
    if (sources.isEmpty()) {
      throw RequestException.notFound(
          "event " + id + " has no such task on that node",
          "GET /v1/events/" + id + " lists its tasks and their nodes");
    }
  }

  private Iterator<Log> existing(String id, List<Source> sources) {
    return sources.stream().flatMap(source -> log(id, source).stream()).iterator();
  }

  private Optional<Log> log(String id, Source source) {
    return viewer
        .log(id, source.task().no(), source.run().node())
        .map(
            text ->
                new Log(
                    source.task().no(),
                    source.task().name(),
                    source.run().node(),
                    text.getBytes(StandardCharsets.UTF_8).length,
                    text));
  }
}
