package dev.metronome.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The benchmark's command line. The table goes to stdout, progress to stderr. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures Metronome on a real Consul: one server, three clients, three agents.",
      "Ends with 1 if something could not be measured. A missed figure is a row, not an error."
    })
public final class Bench implements Callable<Integer> {

  @Option(names = "--quick", description = "Few repetitions: shows that it works, no more.")
  private boolean quick;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Option(names = "--list", description = "Print the probes' names and end.")
  private boolean list;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = {
        "Run this probe only; may be repeated. Raw costs are always measured.",
        "backlog (10,000 events), crowd (100 agents), lanes (8 agents), sustained (20 minutes) and start-profile run"
            + " only if named."
      })
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--setting",
      paramLabel = "NAME=VALUE",
      description = "A setting of all agents; may be repeated.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Folder of bin/metronome, else the current one.")
  private Path home = Path.of("").toAbsolutePath();

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  /** The process. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Bench()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    Map<String, Probe> probes = Probes.all();
    if (list) {
      probes.keySet().forEach(out::println);
      return 0;
    }
    for (String name : only) {
      if (!probes.containsKey(name)) {
        System.err.println("bench: no probe " + name + "; there are " + probes.keySet());
        return 2;
      }
    }
    probes.keySet().removeIf(this::isLeftOut);
    Report report = run(probes);
    out.print(json ? report.json() + "\n" : report.markdown());
    return report.isComplete() ? 0 : 1;
  }

  private boolean isLeftOut(String name) {
    return only.isEmpty()
        ? Probes.HEAVY.contains(name)
        : !name.equals("raw") && !only.contains(name);
  }

  private Report run(Map<String, Probe> probes) throws IOException {
    Launcher launcher = Launcher.of(home);
    Report report = new Report(Conditions.now(launcher));
    Scale scale = quick ? Scale.QUICK : Scale.FULL;
    System.err.println("bench: starting Consul, measuring its own writes");
    try (Lab lab = Lab.open(scale, launcher, lines())) {
      report.condition("consul", lab.consulVersion());
      if (!settings.isEmpty()) {
        report.condition("settings", String.join(", ", settings));
      }
      report.condition("scale", quick ? "quick, figures are rough" : "full");
      report.condition("Raft writes per second of Consul itself", Figure.number(lab.background()));
      probes.forEach((name, probe) -> measure(report, lab, name, probe));
    }
    return report;
  }

  private List<String> lines() {
    return settings.stream().map(setting -> setting.replaceFirst("=", ": ")).toList();
  }

  private static void measure(Report report, Lab lab, String name, Probe probe) {
    System.err.println("bench: measuring " + name);
    try {
      report.add(probe.measure(lab));
    } catch (IOException | RuntimeException e) {
      report.failed(name, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      report.failed(name, "interrupted");
    }
  }
}
