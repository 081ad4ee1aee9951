package dev.metronome.base.crash;

import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.LiveHeap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The live heap of every agent's process, looked at now and then while events come and go. What
 * grows with the events that have been is a leak, however small the heap still is.
 */
final class Heaps {

  /**
   * The last third may be so much above the second one. A tenth of 16 MB after the 500 events of a
   * third of ten minutes is 3 kB an event, less than an event with its plan takes.
   */
  static final double GROWTH = 1.1;

  /** Thirds of fewer looks say nothing. */
  private static final int FEWEST = 9;

  /**
   * A look at one process.
   *
   * @param events that had been accepted until then
   */
  record Look(String node, long pid, int events, double megabytes) {}

  private final List<Look> looks = new ArrayList<>();

  /** Looks at every agent that lives. */
  void look(Scenario scenario, int events) {
    for (String node : Bench.NODES) {
      AgentProcess agent = scenario.agent(node);
      try {
        add(new Look(node, agent.pid(), events, LiveHeap.megabytes(agent.pid())));
      } catch (IOException e) {
        throw new UncheckedIOException("the heap of the agent on " + node, e);
      }
    }
  }

  void add(Look look) {
    looks.add(look);
  }

  /** The process that was looked at most often, since it has lived longest. */
  private List<Look> eldest() {
    return looks.stream().collect(Collectors.groupingBy(Look::pid)).values().stream()
        .max(Comparator.comparingInt(List::size))
        .orElse(List.of());
  }

  /** What is wrong; nothing if the eldest process keeps its size, or is too young to tell. */
  Optional<String> violation() {
    List<Look> eldest = eldest();
    if (eldest.size() < FEWEST || third(eldest, 2) <= third(eldest, 1) * GROWTH) {
      return Optional.empty();
    }
    return Optional.of("8: the heap grows: " + this);
  }

  /** The median of a third of the looks, 0 to 2, in megabytes. */
  private static double third(List<Look> all, int no) {
    List<Double> sizes =
        all.subList(all.size() * no / 3, all.size() * (no + 1) / 3).stream()
            .map(Look::megabytes)
            .sorted()
            .toList();
    return sizes.isEmpty() ? 0 : sizes.get(sizes.size() / 2);
  }

  /** Every look, a line each: events so far, node, process, megabytes. */
  void write(Path file) {
    String lines =
        looks.stream()
            .map(
                look ->
                    String.format(
                        Locale.ROOT,
                        "%d\t%s\t%d\t%.2f%n",
                        look.events(),
                        look.node(),
                        look.pid(),
                        look.megabytes()))
            .collect(Collectors.joining());
    try {
      Files.writeString(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    List<Look> eldest = eldest();
    if (eldest.isEmpty()) {
      return "no process was looked at";
    }
    Look first = eldest.get(0);
    Look last = eldest.get(eldest.size() - 1);
    double most = looks.stream().mapToDouble(Look::megabytes).max().orElse(0);
    return String.format(
        Locale.ROOT,
        "%s, %d looks over %d events, medians of thirds %.2f, %.2f, %.2f MB; largest of all %.2f MB",
        first.node(),
        eldest.size(),
        last.events() - first.events(),
        third(eldest, 0),
        third(eldest, 1),
        third(eldest, 2),
        most);
  }
}
