package dev.metronome.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the machine and Consul cost by themselves: no figure of ours can be below their sum. */
final class RawCosts implements Probe {

  private static final String KEY = "bench/raw";
  private static final Duration APART = Duration.ofMillis(5);

  private static final List<String> JVM =
      List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xshare:auto",
          "-version");

  @Override
  public List<Figure> measure(Lab lab) throws IOException, InterruptedException {
    List<Long> writes = new ArrayList<>();
    List<Long> wakeUps = new ArrayList<>();
    List<Long> spawns = new ArrayList<>();
    List<Long> stamps = new ArrayList<>();
    List<Long> machines = new ArrayList<>();
    for (int i = 0; i < lab.scale().raw(); i++) {
      writes.add(write(lab, i));
      wakeUps.add(wakeUp(lab, i));
      spawns.add(spawn(lab, List.of("sh", "-c", "true")));
      stamps.add(stamp(lab, "raw-" + i));
    }
    for (int i = 0; i < lab.scale().machines(); i++) {
      machines.add(spawn(lab, JVM));
    }
    Samples write = new Samples(writes);
    Samples wakeUp = new Samples(wakeUps);
    Samples spawn = new Samples(spawns);
    Samples stamp = new Samples(stamps);
    Samples machine = new Samples(machines);
    lab.floor(
        new Floor(
            write.medianMillis(),
            wakeUp.medianMillis(),
            spawn.medianMillis(),
            stamp.medianMillis(),
            machine.medianMillis()));
    return List.of(
        Figure.times("raw-write", "Raw: one Raft write, by /v1/txn", write),
        Figure.times(
            "raw-wake-up",
            "Raw: from a write sent on one node to the return of a blocking query on another",
            wakeUp),
        Figure.times("raw-spawn", "Raw: `sh -c true`, start to end", spawn),
        Figure.times("raw-stamp", "Raw: from the start of a script to its stamp", stamp),
        Figure.times("raw-jvm", "Raw: a JVM that says its version, start to end", machine));
  }

  private static long write(Lab lab, int i) throws IOException {
    String value =
        Base64.getEncoder().encodeToString(("value " + i).getBytes(StandardCharsets.UTF_8));
    String body =
        "[{\"KV\":{\"Verb\":\"set\",\"Key\":\"" + KEY + "\",\"Value\":\"" + value + "\"}}]";
    long begin = System.nanoTime();
    lab.api("three").put("/v1/txn", body);
    return System.nanoTime() - begin;
  }

  private static long wakeUp(Lab lab, int i) throws IOException, InterruptedException {
    ConsulApi watcher = lab.api("two");
    long index = watcher.get("/v1/kv/" + KEY).index();
    CompletableFuture<Long> woken =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                watcher.get("/v1/kv/" + KEY + "?wait=10s&index=" + index);
                return System.nanoTime();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    Clocks.pass(APART);
    long begin = System.nanoTime();
    write(lab, i + 1_000_000);
    try {
      return woken.get(10, TimeUnit.SECONDS) - begin;
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("a blocking query did not return", e);
    }
  }

  private static long spawn(Lab lab, List<String> command)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .directory(lab.workshop().folder().toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.waitFor();
    return System.nanoTime() - begin;
  }

  private static long stamp(Lab lab, String id) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", lab.workshop().workload().stampCommand());
    builder.environment().put("METRONOME_EVENT_ID", id);
    builder.environment().put("METRONOME_TASK", "step-0");
    builder.environment().put("METRONOME_NODE", "bench");
    long begin = Clocks.now();
    builder.start().waitFor();
    return lab.workshop().stamps(id).get(0).nanos() - begin;
  }
}
