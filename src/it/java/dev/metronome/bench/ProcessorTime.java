package dev.metronome.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Processor time in milliseconds that the processes of the benchmark have used: of all figures the
 * one that other work on the machine disturbs least.
 *
 * @param agents of Metronome
 * @param scripts that they have run and that have ended
 * @param consul server and clients
 */
record ProcessorTime(double agents, double scripts, double consul) {

  static final ProcessorTime NONE = new ProcessorTime(0, 0, 0);

  /** Of {@code /proc}, on every Linux. */
  private static final double MILLIS_PER_TICK = 10;

  /** The name may hold anything; the fields after it are numbered from 3. */
  private static final int AFTER_NAME = 3;

  private static final int USER = 14;

  /** Everything that this process has started and that lives. */
  static ProcessorTime now() throws IOException {
    double agents = 0;
    double scripts = 0;
    double consul = 0;
    for (ProcessHandle process : ProcessHandle.current().children().toList()) {
      List<String> fields = fields(Long.toString(process.pid()));
      double own = millis(fields, USER) + millis(fields, USER + 1);
      if (process.info().command().orElse("").endsWith("consul")) {
        consul += own;
      } else {
        agents += own;
        scripts += millis(fields, USER + 2) + millis(fields, USER + 3);
      }
    }
    return new ProcessorTime(agents, scripts, consul);
  }

  /** What the processes that this one has started and that have ended have used, in all. */
  static double ended() throws IOException {
    List<String> fields = fields("self");
    return millis(fields, USER + 2) + millis(fields, USER + 3);
  }

  private static List<String> fields(String process) throws IOException {
    Path stat = Path.of("/proc/" + process + "/stat");
    String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
    return List.of(text.substring(text.lastIndexOf(')') + 2).split(" ", -1));
  }

  private static double millis(List<String> fields, int number) {
    return Long.parseLong(fields.get(number - AFTER_NAME)) * MILLIS_PER_TICK;
  }

  ProcessorTime plus(ProcessorTime more) {
    return new ProcessorTime(agents + more.agents, scripts + more.scripts, consul + more.consul);
  }

  ProcessorTime minus(ProcessorTime before) {
    return new ProcessorTime(
        agents - before.agents, scripts - before.scripts, consul - before.consul);
  }

  /** What has been used since, as a row: for each of so many. */
  Figure since(String id, String what, int count) throws IOException {
    return now().minus(this).figure(id, what, count);
  }

  /** As a row: for each of so many. */
  Figure figure(String id, String what, int count) {
    double forAgents = agents / count;
    double forScripts = scripts / count;
    double forConsul = consul / count;
    return Figure.plain(
        id,
        what,
        String.format(
            Locale.ROOT,
            "%.1f ms (agents %.1f, scripts %.1f, Consul %.1f)",
            forAgents + forScripts + forConsul,
            forAgents,
            forScripts,
            forConsul),
        Map.of("agents_ms", forAgents, "scripts_ms", forScripts, "consul_ms", forConsul));
  }
}
