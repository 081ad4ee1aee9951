package dev.metronome.cli.picture;

import dev.metronome.base.log.PrintableText;
import dev.metronome.model.record.BatchPlace;
import dev.metronome.model.record.GateWait;
import dev.metronome.model.record.Status;
import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.State;
import dev.metronome.state.TaskView;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One line for each change of state, for logs and pipes. Not thread-safe. */
final class PlainLines implements EventPicture {
  /** Nodes that are named where a task is opened for them. */
  private static final int NAMED = 12;

  private final PrintStream out;
  private final Set<String> said = new HashSet<>();
  private final Map<String, String> reasons = new LinkedHashMap<>();
  private final Clock clock = Clock.systemUTC();

  PlainLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void show(EventView event) {
    if (event.status() == State.QUEUED) {
      return;
    }
    String label = "event " + event.event().name();
    say(label + ": dispatched");
    for (TaskView task : event.tasks()) {
      asked(event, task);
      task(task);
    }
    if (event.hasEnded()) {
      EventSummary ended = event.event();
      say(label + ended(ended.status(), ended.startedAt(), ended.finishedAt(), ended.why()));
    }
  }

  /** Once for each vote, with the clock as it is then. */
  private void asked(EventView event, TaskView task) {
    int votes = task.approval().map(asked -> asked.votes().size()).orElse(0);
    ApprovalSentence.of(event.id(), task, clock.instant())
        .filter(sentence -> said.add("approval " + task.no() + " " + votes))
        .ifPresent(sentence -> print("task " + task.title() + ": " + sentence));
  }

  /** Of the original's tasks, which have no pattern, it is not known for whom they were opened. */
  private void task(TaskView task) {
    String label = "task " + task.title();
    gates(label, task, 0);
    for (int no = 1; no < task.batch().map(BatchPlace::no).orElse(1); no++) {
      if (!isTold(label, task, no) && !task.hasEnded()) {
        return; // how it ended there was read before the next one was opened
      }
    }
    int newest = task.batch().map(BatchPlace::no).orElse(0);
    opened(label, task, batch(task, newest));
    gates(label, task, Math.max(1, newest));
    task.gate().ifPresent(gate -> gate(label + task.batch().map(of -> ", " + of).orElse(""), gate));
    if (task.hasEnded()) {
      say(label + ended(task.status(), task.startedAt(), task.finishedAt(), task.why()));
    }
  }

  /** Tells an earlier batch of it; whether that has ended on all of its nodes. */
  private boolean isTold(String label, TaskView task, int no) {
    List<NodeRun> runs = batch(task, no);
    if (!runs.isEmpty()) {
      say(label + ": batch " + no + " of " + task.batch().orElseThrow().of() + opened(runs));
      runs.forEach(run -> run(label + " on " + run.node(), run));
    }
    gates(label, task, no);
    return runs.stream().allMatch(run -> run.status().isFinal());
  }

  /** What came of the gate behind a batch; 0 is before the first. */
  private void gates(String label, TaskView task, int no) {
    String place =
        no == 0
            ? ", before its first batch"
            : task.batch().map(batch -> ", batch " + no + " of " + batch.of()).orElse("");
    task.gates().stream()
        .filter(gate -> gate.batch() == no)
        .forEach(
            gate ->
                say(
                    label
                        + place
                        + (gate.status() == Status.SUCCESS ? ": gate passed" : ": gate failed")
                        + Seconds.between(
                            Optional.of(gate.startedAt()), Optional.of(gate.finishedAt()))
                        + gate.message()
                            .filter(why -> task.why().filter(all -> all.contains(why)).isEmpty())
                            .map(why -> " (" + why + ")")
                            .orElse("")));
  }

  private void opened(String label, TaskView task, List<NodeRun> runs) {
    if (!runs.isEmpty() && task.pattern().isPresent()) {
      say(label + ":" + task.batch().map(batch -> " " + batch).orElse("") + opened(runs));
    }
    runs.forEach(run -> run(label + " on " + run.node(), run));
  }

  private static String opened(List<NodeRun> runs) {
    String more = runs.size() > NAMED ? " and " + (runs.size() - NAMED) + " more" : "";
    return " opened for "
        + runs.stream().limit(NAMED).map(NodeRun::node).collect(Collectors.joining(", "))
        + more;
  }

  /** Its nodes in a batch; nodes of which no batch is known are in the newest. */
  private static List<NodeRun> batch(TaskView task, int no) {
    int newest = task.batch().map(BatchPlace::no).orElse(0);
    return task.targets().stream().filter(run -> run.batch().orElse(newest) == no).toList();
  }

  private void run(String label, NodeRun run) {
    if (run.startedAt().isPresent()) {
      say(label + ": " + State.INPROGRESS.word());
    }
    if (run.status() == State.INPROGRESS) {
      run.message().ifPresent(before -> say(label + ": " + before));
    }
    if (run.status().isFinal()) {
      say(label + ended(run.status(), run.startedAt(), run.finishedAt(), run.why()));
    }
  }

  private String ended(
      State how, Optional<Instant> from, Optional<Instant> to, Optional<String> why) {
    String because =
        why.map(this::unsaid).filter(text -> !text.isEmpty()).map(t -> " (" + t + ")").orElse("");
    return ": " + how.word() + Seconds.between(from, to) + because;
  }

  /**
   * A task and an event end with a node's reason, or the task's, which has just been said: only
   * whose it is.
   */
  private String unsaid(String why) {
    String shown = why;
    for (String each : reasons.keySet()) {
      String rest = ": " + each;
      if (shown.endsWith(rest)) {
        shown = shown.substring(0, shown.length() - rest.length());
      }
      shown = shown.replace(rest + "; ", "; ");
    }
    String unsaid = shown;
    return reasons.computeIfAbsent(why, each -> unsaid);
  }

  /** Once for each thing that is waited for, with the clock as it is then. */
  private void gate(String label, GateWait gate) {
    if (said.add(label + gate.what())) {
      print(label + ": " + GateSentence.of(gate, clock.instant()));
    }
  }

  private void say(String sentence) {
    if (said.add(sentence)) {
      print(sentence);
    }
  }

  private void print(String sentence) {
    out.println(PrintableText.of(sentence));
    out.flush();
  }
}
