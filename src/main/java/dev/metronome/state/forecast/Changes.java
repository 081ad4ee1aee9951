package dev.metronome.state.forecast;

import dev.metronome.state.forecast.Fingerprint.Part;
import dev.metronome.state.forecast.Forecast.Node;
import dev.metronome.state.forecast.Forecast.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Says in sentences what is no longer as it was foreseen. */
public final class Changes {
  private final List<String> sentences = new ArrayList<>();

  private Changes() {}

  /** Since a forecast of which only the fingerprint is left; none if nothing has changed. */
  public static List<String> since(Fingerprint earlier, Forecast now) {
    Changes changes = new Changes();
    Fingerprint current = Fingerprint.parse(now.fingerprint()).orElseThrow();
    if (!earlier.isSame(current)) {
      changes.parts(earlier, current, now);
    }
    return List.copyOf(changes.sentences);
  }

  /** Since a forecast that is at hand; none if nothing has changed. */
  public static List<String> since(Forecast earlier, Forecast now) {
    Changes changes = new Changes();
    if (!earlier.fingerprint().equals(now.fingerprint())) {
      changes.details(earlier, now);
    }
    return List.copyOf(changes.sentences);
  }

  private void parts(Fingerprint earlier, Fingerprint current, Forecast now) {
    if (earlier.differs(current, Part.TASKS)) {
      say("the event or its tasks are others; now " + now.event() + ": " + titles(now));
    }
    if (earlier.differs(current, Part.PARAMS)) {
      say("the parameters are others");
    }
    if (earlier.differs(current, Part.FILES)) {
      say("the task files are others; now " + now.patterns());
    }
    if (earlier.differs(current, Part.OPERATIONS)) {
      say("operations or their variables are others");
    }
    for (int i = 0; i < now.tasks().size(); i++) {
      if (earlier.differsInNodes(current, i)) {
        Task task = now.tasks().get(i);
        say("the nodes of task " + task.title() + " are others; now " + nodes(task));
      }
    }
    if (sentences.isEmpty()) {
      say("the nodes of some task are others; metronome plan shows them");
    }
  }

  private static String titles(Forecast forecast) {
    return forecast.tasks().stream().map(Task::title).collect(Collectors.joining(", "));
  }

  private static String nodes(Task task) {
    return task.nodes().isEmpty()
        ? "none"
        : task.nodes().stream().map(Changes::shown).collect(Collectors.joining(", "));
  }

  private static String shown(Node node) {
    return node.condition() == Forecast.Condition.READY
        ? node.node()
        : node.node() + " (" + node.condition().word() + ")";
  }

  private void details(Forecast earlier, Forecast now) {
    if (!earlier.event().equals(now.event())) {
      say("the plan is of the event " + earlier.event() + ", not of " + now.event());
      return;
    }
    compare("parameter", earlier.params(), now.params());
    compare("the digest of pattern", earlier.patterns(), now.patterns());
    if (!earlier.differences().equals(now.differences())) {
      say("how these task files differ from the leader's has changed");
    }
    int most = Math.max(earlier.tasks().size(), now.tasks().size());
    for (int i = 0; i < most; i++) {
      tasks(i, earlier.tasks(), now.tasks());
    }
    if (sentences.isEmpty()) {
      say("something else has changed; metronome plan shows how it stands");
    }
  }

  private void compare(String what, Map<String, String> earlier, Map<String, String> now) {
    Set<String> names = new TreeSet<>(earlier.keySet());
    names.addAll(now.keySet());
    for (String name : names) {
      if (!Objects.equals(earlier.get(name), now.get(name))) {
        say(
            what
                + " "
                + name
                + " was "
                + earlier.getOrDefault(name, "absent")
                + ", is "
                + now.getOrDefault(name, "absent"));
      }
    }
  }

  private void tasks(int index, List<Task> earlier, List<Task> now) {
    if (index >= now.size()) {
      say("task " + earlier.get(index).title() + " is gone");
    } else if (index >= earlier.size()) {
      say("task " + now.get(index).title() + " is new");
    } else {
      task(earlier.get(index), now.get(index));
    }
  }

  private void task(Task earlier, Task now) {
    boolean same = earlier.plan().equals(now.plan()) && earlier.timeout() == now.timeout();
    if (!same) {
      say("task " + shown(earlier) + " is now " + shown(now));
    }
    Map<String, Node> before = byName(earlier);
    Map<String, Node> after = byName(now);
    String title = "task " + now.title() + ": node ";
    before.keySet().stream()
        .filter(node -> !after.containsKey(node))
        .forEach(node -> say(title + node + " no longer matches"));
    after.forEach(
        (node, state) -> {
          if (!before.containsKey(node)) {
            say(title + shown(state) + " matches now");
          } else if (!before.get(node).essential().equals(state.essential())) {
            say(title + node + " was " + state(before.get(node)) + ", is " + state(state));
          }
        });
    if (same && !earlier.operations().toString().equals(now.operations().toString())) {
      say("task " + now.title() + ": its operations or their variables are others");
    }
  }

  private static String shown(Task task) {
    return task.title()
        + " for "
        + task.filter()
        + " within "
        + (task.timeout() + task.plan().rollout().addedSeconds().orElse(0L))
        + " s";
  }

  private static String state(Node node) {
    boolean idle =
        node.condition() == Forecast.Condition.READY && node.use() == Forecast.Use.LEFT_OUT;
    String digest = node.digest().map(digits -> " " + digits).orElse("");
    return node.condition().word() + digest + (idle ? " but would not run it" : "");
  }

  private static Map<String, Node> byName(Task task) {
    return task.nodes().stream()
        .collect(
            Collectors.toMap(Node::node, Function.identity(), (a, b) -> a, LinkedHashMap::new));
  }

  private void say(String sentence) {
    sentences.add(sentence);
  }
}
