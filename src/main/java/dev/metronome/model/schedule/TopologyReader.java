package dev.metronome.model.schedule;

import dev.metronome.model.schedule.Topology.Node;
import dev.metronome.model.schedule.Topology.Queued;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a file of {@code plan --topology}, and finds all that is wrong with it. */
public final class TopologyReader {
  private static final Set<String> KEYS = Set.of("nodes", "durations", "queue");
  private static final Set<String> QUEUED_KEYS = Set.of("event", "running", "takes");
  private static final Set<String> NODE_KEYS = Set.of("services", "meta", "agent", "failed");

  /** As many as a plan may have targets (docs/reliability.md). */
  private static final int MOST = 1_000;

  private static final Duration LONGEST = Duration.ofDays(7);

  private final Findings findings = new Findings();

  private TopologyReader() {}

  /**
   * What came of it.
   *
   * @param topology empty if there was an error
   * @param problems sorted by place
   */
  public record Reading(Optional<Topology> topology, List<Problem> problems) {
    public Reading {
      problems = List.copyOf(problems);
    }
  }

  public static Reading read(Path file) {
    TopologyReader reader = new TopologyReader();
    Optional<Topology> topology =
        TaskFile.load(file, Severity.ERROR, reader.findings)
            .flatMap(it -> new ValueReader(it, reader.findings).read())
            .flatMap(root -> reader.topology(root, file));
    return new Reading(
        topology.filter(it -> !reader.findings.hasErrors()),
        reader.findings.problems().stream().sorted().distinct().toList());
  }

  private Optional<Topology> topology(Value root, Path file) {
    if (!(root instanceof Value.Mapping mapping)) {
      findings.error(
          Position.startOf(file), "expected a mapping with `nodes`, found " + root.kind());
      return Optional.empty();
    }
    Section top = new Section(mapping, "", findings).allow(KEYS);
    Map<String, Node> nodes = new LinkedHashMap<>();
    for (Value.Entry entry : top.entries("nodes", "a mapping of names to nodes")) {
      node(entry).ifPresent(node -> nodes.put(entry.key(), node));
    }
    if (!top.has("nodes")) {
      findings.error(Position.startOf(file), "there are no `nodes`");
    } else if (nodes.size() > MOST) {
      findings.error(
          top.position("nodes"),
          "there are " + Shown.number(nodes.size()) + " nodes (limit " + Shown.number(MOST) + ")");
    }
    return Optional.of(new Topology(nodes, durations(top), queue(top)));
  }

  private List<Queued> queue(Section top) {
    List<Queued> queue = new ArrayList<>();
    for (Value item : top.list("queue", "a list of events").orElse(List.of())) {
      if (item instanceof Value.Mapping mapping) {
        Section section = new Section(mapping, "an event of `queue`", findings).allow(QUEUED_KEYS);
        if (!section.has("event")) {
          findings.error(mapping.position(), "an event of `queue` has no `event`");
        }
        boolean running = section.flag("running").orElse(false);
        Optional<Duration> takes = section.duration("takes", Duration.ZERO, LONGEST);
        section.text("event").ifPresent(it -> queue.add(new Queued(it, running, takes)));
      } else {
        findings.error(
            item.position(),
            "an event of `queue` must be a mapping such as `{event: deploy, takes: 2m}`, found "
                + item.kind());
      }
    }
    return queue;
  }

  private Optional<Node> node(Value.Entry entry) {
    String title = "node " + Shown.text(entry.key());
    if (!entry.key().matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")) {
      findings.error(
          entry.position(), title + " is no name: letters, digits, `.`, `_` and `-` make one");
    }
    if (entry.value().isNothing()) {
      return Optional.of(new Node(Map.of(), Map.of(), true, false));
    }
    if (!(entry.value() instanceof Value.Mapping mapping)) {
      findings.error(
          entry.position(), title + " must be a mapping such as `{services: {app: [blue]}}`");
      return Optional.empty();
    }
    Section section = new Section(mapping, title, findings).allow(NODE_KEYS);
    Map<String, List<String>> services = new LinkedHashMap<>();
    for (Value.Entry service : section.entries("services", "a mapping of services to their tags")) {
      services.put(service.key(), tags(service, title));
    }
    Map<String, String> meta = new LinkedHashMap<>();
    section
        .mapping("meta", "a mapping of keys to texts")
        .ifPresent(
            it -> {
              Section texts = new Section(it, "`meta` of " + title, findings);
              it.entries()
                  .keySet()
                  .forEach(key -> texts.text(key).ifPresent(text -> meta.put(key, text)));
            });
    return Optional.of(
        new Node(
            services,
            meta,
            section.flag("agent").orElse(true),
            section.flag("failed").orElse(false)));
  }

  private List<String> tags(Value.Entry service, String title) {
    List<String> tags = new ArrayList<>();
    Value value = service.value();
    if (value instanceof Value.Text text) {
      tags.add(text.text());
    } else if (value instanceof Value.Sequence list) {
      for (Value item : list.items()) {
        if (item instanceof Value.Text text) {
          tags.add(text.text());
        } else {
          wrongTags(service, title);
        }
      }
    } else if (!value.isNothing()) {
      wrongTags(service, title);
    }
    return tags;
  }

  private void wrongTags(Value.Entry service, String title) {
    findings.error(
        service.position(),
        "service " + Shown.text(service.key()) + " of " + title + " must have a list of tags");
  }

  private Map<String, Duration> durations(Section top) {
    Map<String, Duration> durations = new LinkedHashMap<>();
    top.mapping("durations", "a mapping of tasks to times")
        .ifPresent(
            it -> {
              Section times = new Section(it, "`durations`", findings);
              for (String task : it.entries().keySet()) {
                times
                    .duration(task, Duration.ZERO, LONGEST)
                    .ifPresent(time -> durations.put(task, time));
              }
            });
    return durations;
  }
}
