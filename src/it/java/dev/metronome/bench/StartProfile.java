package dev.metronome.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an agent, and a command, load and when, as the JVM's log of classes has it. The time from
 * one class to the next is counted to the first of them: to what has asked for it, or to what it
 * went on to do, waiting included.
 */
final class StartProfile {

  private static final String NODE = "one";
  private static final int ROWS = 12;
  private static final double NANOS = 1e6;

  /** As {@code [123456789ns] org.acme.Thing source: shared objects file}. */
  private static final Pattern LINE = Pattern.compile("\\[(\\d+)ns\\] (\\S+) source: (.*)");

  /** A package, cut where a library or one of our rooms ends. */
  private static final Pattern GROUP =
      Pattern.compile("((?:dev|org|com|io)\\.\\w+(?:\\.\\w+)?|\\w+(?:\\.\\w+)?)\\.");

  /**
   * One class.
   *
   * @param shared whether it came from an archive of classes
   */
  private record Loaded(long nanos, String name, boolean shared) {}

  /** Some of them. */
  private static final class Group {
    private int classes;
    private int parsed;
    private long nanos;
  }

  private final String id;
  private final String what;
  private final List<Loaded> loaded;

  private StartProfile(String id, String what, List<Loaded> loaded) {
    this.id = id;
    this.what = what;
    this.loaded = loaded;
  }

  static List<Figure> measure(Lab lab) throws IOException, InterruptedException {
    lab.stopAgents();
    List<Figure> figures = new ArrayList<>();
    Path agentLog = lab.workshop().folder().resolve("agent.classes");
    try (AgentProcess agent = AgentProcess.start(NODE, logging(lab, agentLog, "agent"))) {
      agent.await();
      figures.addAll(of("agent", "Start of an agent", agentLog, agent.startNanos()));
    }
    Path statusLog = lab.workshop().folder().resolve("status.classes");
    ProcessBuilder status =
        logging(lab, statusLog, "status").redirectOutput(ProcessBuilder.Redirect.DISCARD);
    long begin = System.nanoTime();
    status.start().waitFor();
    figures.addAll(of("status", "Command `status`", statusLog, System.nanoTime() - begin));
    return figures;
  }

  private static ProcessBuilder logging(Lab lab, Path log, String command) {
    String option = "-Xlog:class+load=info:file=" + log + ":uptimenanos:filecount=0";
    return lab.launcher()
        .process(lab.workshop().folder(), lab.workshop().command(NODE, command), option);
  }

  private static List<Figure> of(String id, String what, Path log, long whole) throws IOException {
    List<Loaded> loaded = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches() && Long.parseLong(matcher.group(1)) <= whole) {
        boolean shared = matcher.group(3).startsWith("shared objects file");
        loaded.add(new Loaded(Long.parseLong(matcher.group(1)), matcher.group(2), shared));
      }
    }
    if (loaded.isEmpty()) {
      throw new IllegalStateException("the JVM logged no class of: " + what);
    }
    StartProfile profile = new StartProfile(id, what, loaded);
    List<Figure> figures = new ArrayList<>(List.of(profile.whole(whole)));
    figures.addAll(profile.groups());
    figures.add(profile.longest());
    return figures;
  }

  private Figure whole(long whole) {
    double own =
        loaded.stream()
            .filter(each -> each.name().startsWith("dev.metronome."))
            .mapToLong(Loaded::nanos)
            .findFirst()
            .orElse(whole);
    long parsed = loaded.stream().filter(each -> !each.shared()).count();
    return Figure.plain(
        "start-profile-" + id,
        what + ", all of it, its classes logged",
        String.format(
            Locale.ROOT,
            "%s: %d classes, %d not from an archive; our first one after %s",
            Figure.time(whole / NANOS),
            loaded.size(),
            parsed,
            Figure.time(own / NANOS)),
        Map.of("ms", whole / NANOS, "classes", (double) loaded.size(), "parsed", (double) parsed));
  }

  private List<Figure> groups() {
    Map<String, Group> groups = new TreeMap<>();
    for (int i = 0; i < loaded.size(); i++) {
      Loaded each = loaded.get(i);
      Group group = groups.computeIfAbsent(group(each.name()), name -> new Group());
      group.classes++;
      group.parsed += each.shared() ? 0 : 1;
      group.nanos += nanosAfter(i);
    }
    return groups.entrySet().stream()
        .sorted(Comparator.comparing(entry -> -entry.getValue().nanos))
        .limit(ROWS)
        .map(entry -> row(entry.getKey(), entry.getValue()))
        .toList();
  }

  private Figure row(String name, Group group) {
    return Figure.plain(
        "start-profile-" + id + "-" + name,
        what + ": `" + name + "`",
        String.format(
            Locale.ROOT,
            "%s, %d classes, %d not from an archive",
            Figure.time(group.nanos / NANOS),
            group.classes,
            group.parsed),
        Map.of("ms", group.nanos / NANOS, "classes", (double) group.classes));
  }

  private static String group(String name) {
    Matcher matcher = GROUP.matcher(name);
    return matcher.lookingAt() ? matcher.group(1) : name;
  }

  private long nanosAfter(int i) {
    return i + 1 < loaded.size() ? loaded.get(i + 1).nanos() - loaded.get(i).nanos() : 0;
  }

  /** The gaps after which one may look for what was done in them. */
  private Figure longest() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < loaded.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparing(i -> -nanosAfter(i)));
    String gaps =
        order.stream()
            .limit(ROWS)
            .map(i -> Figure.time(nanosAfter(i) / NANOS) + " after `" + loaded.get(i).name() + "`")
            .collect(Collectors.joining(", "));
    return Figure.plain(
        "start-profile-" + id + "-longest", what + ": the longest without a class", gaps, Map.of());
  }
}
