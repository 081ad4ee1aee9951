package dev.metronome.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long one event takes, and its parts, on a cluster that is otherwise idle. */
final class Latency {

  private static final double FIRST_OPERATION_MILLIS = 30;
  private static final double COLD = 4;
  private static final double WARM = 2;
  private static final double PROCESSOR_MILLIS = 8;

  /** Events are rare: none comes at once after a start. */
  private static final Duration ALONE = Duration.ofSeconds(8);

  /** Until what an event left to do after its result is done. */
  private static final Duration APART = Duration.ofMillis(100);

  private final Lab lab;
  private final String id;
  private final String when;
  private final List<Long> handOvers = new ArrayList<>();
  private final List<Long> wholes = new ArrayList<>();
  private ProcessorTime used = ProcessorTime.NONE;

  private Latency(Lab lab, String id, String when) {
    this.lab = lab;
    this.id = id;
    this.when = when;
  }

  static List<Figure> firstOperation(Lab lab) throws IOException, InterruptedException {
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
        Figure.times(
                "first-operation",
                "From an event's acceptance to its first operation",
                samples,
                lab.floor().firstOperation())
            .wanted("median ≤ 30 ms", samples.medianMillis() <= FIRST_OPERATION_MILLIS)
            .original("0.54 s"));
  }

  /** Of agents that have just started, and of those that have done this for a while. */
  static List<Figure> handOver(Lab lab) throws IOException, InterruptedException {
    String first = "the first " + Scale.COLD + " events after the agents' start";
    Latency cold = new Latency(lab, "cold", first);
    for (int i = 0; i < lab.scale().coldStarts(); i++) {
      lab.coldAgents(Fleet.Path.DIRECT);
      Clocks.pass(ALONE);
      cold.run(Scale.COLD);
    }
    new Latency(lab, "", "").run(lab.scale().warmUp() - Scale.COLD);
    Latency warm = new Latency(lab, "warm", "after " + lab.scale().warmUp() + " events");
    warm.run(lab.scale().fives());
    List<Figure> figures = new ArrayList<>(cold.figures(COLD));
    figures.addAll(warm.figures(WARM));
    return figures;
  }

  /** So many events of five tasks, one after another. */
  private void run(int events) throws IOException {
    ProcessorTime before = ProcessorTime.now();
    for (int i = 0; i < events; i++) {
      Clocks.pass(APART);
      long begin = System.nanoTime();
      String event = lab.submit(Workload.FIVE);
      lab.awaitSuccess(event);
      wholes.add(System.nanoTime() - begin);
      handOvers(lab.workshop().stamps(event)).forEach(each -> handOvers.add(each.nanos()));
    }
    used = used.plus(ProcessorTime.now().minus(before));
  }

  private List<Figure> figures(double times) {
    Samples samples = new Samples(handOvers);
    double floor = lab.floor().handOver();
    int tasks = wholes.size() * Workload.FIVE_TASKS;
    return List.of(
        Figure.times("hand-over-" + id, "Hand-over, " + when, samples, floor)
            .wanted(
                String.format("median ≤ %.0f × floor", times),
                samples.medianMillis() <= times * floor)
            .original("1.03 s"),
        Figure.times(
                "five-tasks-" + id,
                "Five ordered tasks, from sending the event to its result, " + when,
                new Samples(wholes),
                lab.floor().event(Workload.FIVE_TASKS))
            .original("5.6 s"),
        used.figure(
                "hand-over-processor-" + id,
                "Processor time per task of these, on one node or two, " + when,
                tasks)
            .wanted("agents ≤ 8 ms", used.agents() / tasks <= PROCESSOR_MILLIS));
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

  /** Of one event of five tasks, which must all have left their stamps, in order. */
  static List<HandOver> handOvers(List<Stamp> stamps) {
    List<HandOver> handOvers = new ArrayList<>();
    for (int no = 0; no < Workload.FIVE_TASKS - 1; no++) {
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
