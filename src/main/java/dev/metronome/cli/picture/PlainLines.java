package dev.metronome.cli.picture;

import dev.metronome.base.log.PrintableText;
import dev.metronome.model.record.GateWait;
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

/** One line for each change of state, for logs and pipes. Not thread-safe. */
final class PlainLines implements EventPicture {
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
    event.tasks().forEach(this::task);
    if (event.hasEnded()) {
      EventSummary ended = event.event();
      say(label + ended(ended.status(), ended.startedAt(), ended.finishedAt(), ended.why()));
    }
  }

  /** Of the original's tasks, which have no pattern, it is not known for whom they were opened. */
  private void task(TaskView task) {
    String label = "task " + task.title();
    List<String> targets = task.targets().stream().map(NodeRun::node).toList();
    task.batch().ifPresent(batch -> say(label + ": " + batch + " opened"));
    if (!targets.isEmpty() && task.pattern().isPresent()) {
      say(label + ": opened for " + String.join(", ", targets));
    }
    task.targets().forEach(run -> run(label + " on " + run.node(), run));
    task.gate().ifPresent(gate -> gate(label + task.batch().map(of -> ", " + of).orElse(""), gate));
    if (task.hasEnded()) {
      say(label + ended(task.status(), task.startedAt(), task.finishedAt(), task.why()));
    }
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

  /** A task and an event end with a node's reason, which has just been said: only whose it is. */
  private String unsaid(String why) {
    String shown =
        reasons.keySet().stream()
            .filter(each -> why.endsWith(": " + each))
            .findFirst()
            .map(each -> why.substring(0, why.length() - each.length() - 2))
            .orElse(why);
    return reasons.computeIfAbsent(why, each -> shown);
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
