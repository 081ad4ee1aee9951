package dev.metronome.cli;

import dev.metronome.base.log.Redaction;
import dev.metronome.cli.picture.Seconds;
import dev.metronome.cli.picture.Table;
import dev.metronome.model.record.HealthGate;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Limit;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Parameter;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.Status;
import dev.metronome.model.schedule.LaneNeighbour;
import dev.metronome.state.State;
import dev.metronome.state.UsualDuration;
import dev.metronome.state.forecast.EventAhead;
import dev.metronome.state.forecast.Forecast;
import dev.metronome.state.forecast.LaneForecast;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A forecast for people: the end first, then tasks with their nodes, then operations. */
final class ForecastOutput {
  /** Nodes of one task in one condition that are listed. */
  private static final int NODES = 12;

  private static final int ARGUMENT = 240;

  private final TextOutput output;
  private Optional<Limit> limit = Optional.empty();

  ForecastOutput(TextOutput output) {
    this.output = output;
  }

  /**
   * @param usual how long such an event takes, if that is known
   * @param ahead whether it would be put before all that wait
   */
  void print(Forecast forecast, Optional<UsualDuration> usual, boolean ahead) {
    course(forecast, usual);
    end(forecast, isMasked(forecast), fire(forecast) + (ahead ? " --ahead" : ""));
  }

  /**
   * The same of one that goes on with another.
   *
   * @param command that has it go on
   */
  void print(Forecast forecast, String command) {
    course(forecast, Optional.empty());
    end(forecast, false, command);
  }

  /** Last, a command that can be copied, unless secrets are missing in it. */
  private void end(Forecast forecast, boolean masked, String command) {
    output.line();
    output.line("fingerprint " + forecast.fingerprint());
    if (!forecast.tasks().isEmpty()) {
      output.line(
          "to run it only if it is still so"
              + (masked ? ", with the same parameters: " : ": ")
              + command
              + " --plan "
              + forecast.fingerprint());
    }
  }

  /** The same of a cluster that is imagined: there is nothing to fire it on. */
  void rehearsed(Forecast forecast) {
    course(forecast, Optional.empty());
  }

  private void course(Forecast forecast, Optional<UsualDuration> usual) {
    head(forecast, usual);
    limit = forecast.limit();
    tasks("", in(forecast, Optional.empty()));
    tasks(
        "if it fails, on the nodes that have taken the task:",
        in(forecast, Optional.of(Part.UNDO)));
    tasks("at the end, whatever came:", in(forecast, Optional.of(Part.FINALLY)));
    forecast.tasks().forEach(this::operations);
  }

  private static boolean isMasked(Forecast forecast) {
    return forecast.params().values().stream().anyMatch(value -> value.contains(Redaction.MASK));
  }

  private static String fire(Forecast forecast) {
    String params =
        forecast.params().entrySet().stream()
            .map(param -> " --param " + quoted(param.getKey() + "=" + param.getValue()))
            .collect(Collectors.joining());
    return "metronome fire "
        + quoted(forecast.event())
        + (isMasked(forecast) ? "" : params)
        + forecast.limit().map(nodes -> " --limit " + nodes).orElse("");
  }

  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9._:@=,/-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private void head(Forecast forecast, Optional<UsualDuration> usual) {
    Table head = output.table();
    head.row("event", forecast.event() + params(forecast.params()));
    forecast
        .parameters()
        .forEach((name, declared) -> head.row("parameter", name + words(declared)));
    forecast.limit().ifPresent(limit -> head.row("limit", limit.toString()));
    forecast.lane().ifPresent(lane -> lane(lane, forecast, head));
    forecast
        .blocked()
        .ifPresent(
            it -> head.row("would wait", TextOutput.reason(it) + "; `fire --override` passes it"));
    head.row("leader", forecast.leader().orElse("none"));
    head.row("task files", pairs(forecast.patterns(), ":"));
    usual.ifPresent(took -> head.row("usually", words(took)));
    head.row("would be", State.of(forecast.outcome().status()));
    forecast.outcome().message().ifPresent(why -> head.row("because", why));
    forecast.doubts().forEach(doubt -> head.row("but", doubt));
    output.print(head);
  }

  private static void lane(LaneForecast lane, Forecast forecast, Table head) {
    head.row("lane", lane.name() + ", " + lane.limit() + " at once, when_busy: " + lane.whenBusy());
    lane.ahead().stream().limit(NODES).forEach(event -> head.row("before it", words(event)));
    int more = Math.max(0, lane.ahead().size() - NODES);
    if (more > 0) {
      head.row("before it", "and " + more + " more");
    }
    lane.replaced().forEach(event -> head.row("would replace", event.title()));
    for (LaneNeighbour other : lane.beside()) {
      head.row(
          "beside it",
          "lane %s (%s), for %s, too: their tasks may run side by side on one cluster of nodes; a node runs one at a time"
              .formatted(other.lane(), some(other.events()), other.shared()));
    }
    head.row("would begin", begin(lane, forecast));
  }

  private static String words(EventAhead event) {
    return event.title()
        + (event.status() == State.QUEUED ? " waits" : " is in progress")
        + event
            .leftSeconds()
            .map(Duration::ofSeconds)
            .map(
                left ->
                    ", usually "
                        + Seconds.of(left)
                        + (event.status() == State.QUEUED ? "" : " more"))
            .orElse("");
  }

  private static String begin(LaneForecast lane, Forecast forecast) {
    int waiting = lane.ahead().size() - lane.running().size() + lane.further().orElse(0);
    String after =
        lane.ahead().isEmpty() && waiting == 0
            ? ""
            : ", after %d in progress and %d waiting".formatted(lane.running().size(), waiting);
    Optional<Duration> until =
        forecast.start().map(start -> Duration.between(forecast.at(), start));
    if (until.isEmpty()) {
      return "at a time that is not known" + after;
    }
    return until.get().compareTo(Duration.ofSeconds(1)) < 0
        ? "at once" + after
        : "in " + Seconds.of(until.get()) + " at the earliest" + after;
  }

  private static String words(UsualDuration usual) {
    String runs = usual.runs() == 1 ? "the last run" : "the last " + usual.runs() + " runs";
    return Seconds.of(usual.duration()) + ", by " + runs + " that succeeded";
  }

  private static String words(Parameter declared) {
    String rule =
        Stream.of(
                declared.required() ? Optional.of("required") : Optional.<String>empty(),
                declared.pattern())
            .flatMap(Optional::stream)
            .collect(Collectors.joining(", "));
    return (rule.isEmpty() ? "" : " (" + rule + ")")
        + declared.description().map(what -> ": " + what).orElse("");
  }

  private static String params(Map<String, String> params) {
    return params.isEmpty() ? "" : " with " + pairs(params, "=");
  }

  private static String pairs(Map<String, String> pairs, String between) {
    return pairs.entrySet().stream()
        .map(pair -> pair.getKey() + between + pair.getValue())
        .collect(Collectors.joining(", "));
  }

  private static List<Forecast.Task> in(Forecast forecast, Optional<Part> part) {
    return forecast.tasks().stream().filter(task -> task.plan().part().equals(part)).toList();
  }

  /**
   * @param when said above them; may be empty
   */
  private void tasks(String when, List<Forecast.Task> tasks) {
    if (tasks.isEmpty()) {
      return;
    }
    Table table = output.table("TASK", "FOR", "WOULD BE", "NODES", "");
    for (Forecast.Task task : tasks) {
      Object otherwise = task.plan().isUndo() ? "" : State.DROPPED;
      Object end = task.outcome().<Object>map(o -> State.of(o.status())).orElse(otherwise);
      String title = task.title();
      String filter =
          task.filter() + task.registered().map(name -> " (in Consul: " + name + ")").orElse("");
      for (Map.Entry<Group, List<String>> group : groups(task).entrySet()) {
        String note = note(task, group.getKey(), group.getValue().size());
        table.row(title, filter, end, note, some(group.getValue()));
        title = "";
        filter = "";
        end = "";
      }
      if (task.plan().isApproval()) {
        table.row(title, filter, end, "", task.description());
      } else if (task.nodes().isEmpty()) {
        table.row(title, filter, end, "none", why(task));
      }
    }
    output.line();
    if (!when.isEmpty()) {
      output.line(when);
    }
    output.print(table);
  }

  /** Nodes of which the same is said. */
  private record Group(Forecast.Condition condition, Forecast.Use use) {}

  private static Map<Group, List<String>> groups(Forecast.Task task) {
    Map<Group, List<String>> groups = new LinkedHashMap<>();
    for (Forecast.Node node : task.nodes()) {
      groups
          .computeIfAbsent(new Group(node.condition(), node.use()), g -> new ArrayList<>())
          .add(named(node));
    }
    return groups;
  }

  private static String named(Forecast.Node node) {
    return node.node() + node.state().map(state -> " (" + state + ")").orElse("");
  }

  private static String some(List<String> nodes) {
    String shown = String.join(", ", nodes.subList(0, Math.min(NODES, nodes.size())));
    return nodes.size() > NODES ? shown + " and " + (nodes.size() - NODES) + " more" : shown;
  }

  private String note(Forecast.Task task, Group group, int number) {
    boolean ends = task.outcome().filter(o -> o.status() == Status.ERROR).isPresent();
    boolean out = group.use() == Forecast.Use.LEFT_OUT && !ends;
    return number + " " + words(group.condition()) + (out ? leftOut(task, group) : "");
  }

  /** Of nodes that could take it: why they do not, if that is known. */
  private String leftOut(Forecast.Task task, Group group) {
    boolean chosen = task.plan().nodes().runOn().isPresent();
    if (group.condition() != Forecast.Condition.READY || chosen == limit.isPresent()) {
      return ", left out";
    }
    return ", " + (chosen ? LeftOut.NOT_CHOSEN : LeftOut.NOT_LIMITED);
  }

  private static String words(Forecast.Condition condition) {
    return switch (condition) {
      case FAILED -> "failed";
      case NO_AGENT -> "without agent";
      case NO_FILES -> "without the task file";
      case OTHER_FILES -> "with another task file";
      case READY -> "ready";
    };
  }

  private static String why(Forecast.Task task) {
    return task.outcome().flatMap(Outcome::message).orElse("");
  }

  private void operations(Forecast.Task task) {
    output.line();
    String about = task.description().isEmpty() ? "" : ": " + task.description();
    output.line(task.title() + about + " (at most " + longest(task) + goesOn(task) + ")");
    Table table = output.table();
    for (Forecast.Operation operation : task.operations()) {
      table.row(
          "  " + operation.type(),
          shortened(String.valueOf(shown(operation.arguments())), ARGUMENT));
    }
    output.print(table);
    batches(task);
    task.plan().batching().health().ifPresent(gate -> gate(task, gate));
  }

  private void gate(Forecast.Task task, HealthGate gate) {
    output.line(
        "  gate "
            + (task.batches().isEmpty() ? "at the end" : "after each batch")
            + ": well for "
            + gate.forSeconds()
            + " s, within "
            + gate.withinSeconds()
            + " s"
            + gate.keep().map(keep -> "; keep " + keep + " beside each batch").orElse(""));
    if (!task.unhealthy().isEmpty()) {
      output.line("  not well now: " + some(task.unhealthy()));
    }
  }

  private void batches(Forecast.Task task) {
    int all = task.batches().size();
    int shown = Math.min(NODES, all);
    for (int batch = 0; batch < shown; batch++) {
      output.line("  batch " + (batch + 1) + " of " + all + ": " + some(task.batches().get(batch)));
    }
    if (all > shown) {
      output.line("  and " + (all - shown) + " more batches");
    }
    if (all > 0) {
      int nodes = task.batches().stream().mapToInt(List::size).sum();
      output.line(
          "  the batches take at most "
              + task.longest()
              + " s together; none is opened after more than "
              + task.plan().batching().failures(nodes)
              + " of "
              + nodes
              + " nodes have failed");
    }
  }

  private static String goesOn(Forecast.Task task) {
    return task.plan().rollout().goesOn().isPresent() ? "; the event goes on if it fails" : "";
  }

  /** Of one attempt, and of all that it may take on a node. */
  private static String longest(Forecast.Task task) {
    long added = task.plan().rollout().addedSeconds().orElse(0L);
    String drained =
        task.plan()
            .rollout()
            .drainSeconds()
            .map(seconds -> "; out of traffic for " + seconds + " s before")
            .orElse("");
    String all = added == 0 ? "" : "; " + (task.timeout() + added) + " s in all";
    return task.timeout()
        + " s"
        + task.plan().rollout().attempts().map(n -> " for each of " + n + " attempts").orElse("")
        + drained
        + all;
  }

  private static Object shown(Object arguments) {
    return arguments instanceof Map<?, ?> map
        ? map.entrySet().stream()
            .map(entry -> entry.getKey() + ": " + entry.getValue())
            .collect(Collectors.joining(", "))
        : arguments;
  }

  static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}
