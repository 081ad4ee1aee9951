package dev.metronome.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long one event takes, and its parts, on a cluster that is otherwise idle. */
final class Latency {

  private static final double PUSH_MILLIS = 30;
  private static final double HAND_OVER_MEDIAN_MILLIS = 20;
  private static final double HAND_OVER_P99_MILLIS = 80;

  /** Until what an event left to do after its result is done. */
  private static final Duration APART = Duration.ofMillis(100);

  private Latency() {}

  static List<Figure> push(Lab lab) throws IOException, InterruptedException {
    lab.agents(Fleet.Path.DIRECT);
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < lab.scale().pushes(); i++) {
      Clocks.pass(APART);
      String id = lab.submit(Workload.STAMP);
      long accepted = Clocks.now();
      lab.awaitSuccess(id);
      times.add(lab.workshop().stamps(id).get(0).nanos() - accepted);
    }
    Samples samples = new Samples(times);
    return List.of(
        Figure.times("push", "From an event's acceptance to its first operation", samples)
            .wanted("median ≤ 30 ms", samples.medianMillis() <= PUSH_MILLIS)
            .original("0.54 s"));
  }

  static List<Figure> handOver(Lab lab) throws IOException, InterruptedException {
    lab.agents(Fleet.Path.DIRECT);
    List<Long> times = new ArrayList<>();
    ProcessorTime before = ProcessorTime.now();
    for (int i = 0; i < lab.scale().chains(); i++) {
      Clocks.pass(APART);
      String id = lab.submit(Workload.CHAIN);
      lab.awaitSuccess(id);
      handOvers(lab.workshop().stamps(id)).forEach(each -> times.add(each.nanos()));
    }
    Figure processor =
        before.since(
            "hand-over-processor",
            "Processor time per task of these chains, on one node or two",
            lab.scale().chains() * Workload.CHAIN_TASKS);
    Samples samples = new Samples(times);
    boolean median = samples.medianMillis() <= HAND_OVER_MEDIAN_MILLIS;
    boolean worst = samples.millis(99) <= HAND_OVER_P99_MILLIS;
    return List.of(
        Figure.times(
                "hand-over",
                "Hand-over: from the end of a task on its last node to the start of the next on"
                    + " its first",
                samples)
            .wanted("median ≤ 20 ms, p99 ≤ 80 ms", median && worst)
            .original("1.03 s"),
        processor);
  }

  static List<Figure> five(Lab lab) throws IOException, InterruptedException {
    lab.agents(Fleet.Path.DIRECT);
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < lab.scale().fives(); i++) {
      Clocks.pass(APART);
      long begin = System.nanoTime();
      lab.awaitSuccess(lab.submit(Workload.FIVE));
      times.add(System.nanoTime() - begin);
    }
    return List.of(
        Figure.times(
                "five-tasks",
                "Five ordered tasks, from sending the event to its result",
                new Samples(times))
            .original("5.6 s"));
  }

  /**
   * From one task to the next.
   *
   * @param last of the task that ends
   * @param first of the next one
   */
  record HandOver(Stamp last, Stamp first) {
    long nanos() {
      return first.nanos() - last.nanos();
    }
  }

  /** Of one event, whose tasks must all have left their stamps, in order. */
  static List<HandOver> handOvers(List<Stamp> stamps) {
    List<HandOver> handOvers = new ArrayList<>();
    for (int no = 0; no < Workload.CHAIN_TASKS - 1; no++) {
      int ending = no;
      Stamp last = extreme(stamps.stream().filter(s -> s.no() == ending).toList(), 1);
      Stamp first = extreme(stamps.stream().filter(s -> s.no() == ending + 1).toList(), -1);
      if (last.nanos() >= first.nanos()) {
        throw new IllegalStateException("order was broken: " + last + " and " + first);
      }
      handOvers.add(new HandOver(last, first));
    }
    return handOvers;
  }

  private static Stamp extreme(List<Stamp> stamps, int direction) {
    return stamps.stream()
        .max((a, b) -> direction * Long.compare(a.nanos(), b.nanos()))
        .orElseThrow(() -> new IllegalStateException("a task left no stamp"));
  }
}
