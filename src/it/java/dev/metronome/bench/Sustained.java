package dev.metronome.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Half the highest rate of events of one task, for long: what grows with what has been shows here.
 * Now and then an event of five tasks is among them, whose hand-overs are timed.
 */
final class Sustained {

  private static final int PARTS = 4;
  private static final double CONSUL_MILLIS = 10;

  /** Of what the first part costs Consul: as level as a machine is. */
  private static final double GROWTH = 1.2;

  private static final long FIVE_APART = Duration.ofSeconds(3).toNanos();

  private final Lab lab;
  private final double rate;
  private final List<Double> consul = new ArrayList<>();
  private final List<Figure> figures = new ArrayList<>();

  private Sustained(Lab lab, double rate) {
    this.lab = lab;
    this.rate = rate;
  }

  static List<Figure> measure(Lab lab) throws IOException, InterruptedException {
    lab.agents(Fleet.Path.DIRECT);
    double highest = Throughput.perSecond(lab, Workload.MARK);
    Sustained sustained = new Sustained(lab, highest / 2);
    sustained.note(
        Figure.plain(
            "sustained-highest",
            "Highest rate, events per second, each running one line of shell",
            String.format(Locale.ROOT, "%.1f", highest),
            Map.of("per_second", highest)));
    for (int part = 1; part <= PARTS; part++) {
      sustained.part(part);
    }
    return sustained.all();
  }

  /** Sends on the minute whatever the agents make of it. */
  private void part(int part) throws IOException {
    List<String> fives = new ArrayList<>();
    ProcessorTime before = ProcessorTime.now();
    long marks = marks();
    long begin = System.nanoTime();
    long nextFive = begin;
    String last = "";
    long count = Math.round(rate * Lab.seconds(lab.scale().part()));
    for (int i = 0; i < count; i++) {
      long due = begin + Math.round(i / rate * 1e9);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      if (System.nanoTime() >= nextFive) {
        fives.add(lab.submit(Workload.FIVE));
        nextFive += FIVE_APART;
      }
      last = lab.submit(Workload.MARK);
    }
    long done = marks() - marks;
    double seconds = (System.nanoTime() - begin) / 1e9;
    lab.pollResult(last);
    long tasks = marks() - marks + (long) fives.size() * Workload.FIVE_TASKS;
    add(part, done / seconds, fives, ProcessorTime.now().minus(before), Math.toIntExact(tasks));
  }

  private void add(int part, double done, List<String> fives, ProcessorTime used, int tasks)
      throws IOException {
    String when = "after " + lab.scale().part().multipliedBy(part - 1L).toSeconds() + " s";
    List<Long> handOvers = new ArrayList<>();
    for (String event : fives) {
      lab.awaitSuccess(event);
      Latency.handOvers(lab.workshop().stamps(event)).forEach(each -> handOvers.add(each.nanos()));
    }
    consul.add(used.consul() / tasks);
    note(
        Figure.plain(
                "sustained-rate-" + part,
                "Events per second, " + when,
                String.format(Locale.ROOT, "%.1f of %.1f sent", done, rate),
                Map.of("per_second", done, "sent", rate))
            .wanted("as sent", done >= rate * 0.98));
    note(
        Figure.times(
            "sustained-hand-over-" + part,
            "Hand-over beside them, " + when,
            new Samples(handOvers),
            lab.floor().handOver()));
    note(
        used.figure("sustained-processor-" + part, "Processor time per task, " + when, tasks)
            .wanted("Consul ≤ 10 ms", consul.get(part - 1) <= CONSUL_MILLIS));
  }

  /** Said at once too, since the next part takes minutes and may fail. */
  private void note(Figure figure) {
    System.err.println("bench: " + figure.what() + ": " + figure.measured());
    figures.add(figure);
  }

  private List<Figure> all() {
    double growth = consul.get(PARTS - 1) / consul.get(0);
    figures.add(
        Figure.plain(
                "sustained-growth",
                "Consul's processor time per task, from the first part to the last",
                String.format(Locale.ROOT, "%.2f times", growth),
                Map.of("times", growth))
            .wanted("≤ 1.2 times", growth <= GROWTH));
    return figures;
  }

  private long marks() throws IOException {
    try (var lines = Files.lines(lab.workshop().workload().marks())) {
      return lines.count();
    }
  }
}
