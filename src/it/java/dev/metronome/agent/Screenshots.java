package dev.metronome.agent;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.CronState;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Outcome;
import dev.metronome.pipeline.traffic.Freezes;
import dev.metronome.testing.NodeStates;
import dev.metronome.testing.Page;
import dev.metronome.testing.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.OutputType;

/** Makes the pictures of the web page in {@code docs/images}, by {@code bin/screenshots}. */
class Screenshots {

  private static final Path IMAGES = Path.of("docs/images");
  private static final int HIGH = 900;

  private static final String PATTERN =
      """
      windows:
        night: {days: [mon, tue, wed, thu, fri], from: "22:00", to: "04:00", zone: Europe/Berlin}
        holidays: {deny: true, from: %1$s, to: %2$s}
      events:
        deploy:
          description: Brings out a version, two nodes at a time
          parameters:
            version: {required: true, pattern: "[0-9.]+", description: the one to bring out}
          ordered_tasks:
            - {task: fetch}
            - {service: shop, task: install, serial: 2, health: {for: 0, within: 10m}}
            - {task: check}
        restart: {description: Starts the shop anew, window: holidays, ordered_tasks: [{task: check}]}
        migrate: {description: Moves the tables, window: [night, holidays], ordered_tasks: [{task: check}]}
        verify:
          description: Looks whether all is as it should be
          parameters: {version: {required: true}}
          ordered_tasks: [{task: fetch}, {task: compare}, {task: check}]
        backup: {description: Saves the tables, task: check, cron: "0 3 * * *"}
        report: {task: check, cron: {at: "30 6 * * mon-fri", zone: Europe/Berlin}}
      tasks:
        fetch:
          operations: [{execute: {script: "sleep 0.3; echo fetched shop-{{version}}.tar.gz"}}]
        install:
          operations: [{execute: {script: "sleep 1; echo installed shop-{{version}}"}}]
        compare:
          operations:
            - execute:
                script: |
                  for part in assets catalog checkout payment search; do
                    echo "$part: as in the release"; sleep 0.05
                  done
                  test "$METRONOME_NODE" = app-3 || exit 0
                  echo "sessions: 3 files differ" >&2
                  echo "sessions/store.so: 1f0c, expected 9ab2" >&2
                  exit 3
        check: {operations: [{execute: {script: "sleep 0.4; echo all is well"}}]}
      """;

  @TempDir static Path folder;
  private WebPageBench bench;
  private Page page;

  @Test
  void twelve_states_of_the_page() throws Exception {
    try (WebPageBench made =
        new WebPageBench(folder, PATTERN, "app-1", "app-2", "app-3", "app-4")) {
      bench = made;
      page = made.page;
      for (String node : List.of("app-1", "app-2", "app-3", "app-4")) {
        NodeStates.service(bench.cluster.consul, node, "shop", "shop", "blue");
      }
      first();
      history();
      String failed = failed();
      many();
      events();
      retry(failed);
      fire();
      running();
      nodes();
      schedules();
      stale();
    }
  }

  /** An empty cluster: how a first event comes to be. */
  private void first() throws IOException {
    show("#/", 1440, "light").await("There has been no event yet").await("migrate");
    save("first");
  }

  private void history() {
    took("a4c1", "deploy", Map.of("version", "1.4.0"), 5, 128);
    took("b7d2", "deploy", Map.of("version", "1.4.1"), 3, 134);
    took("c2e9", "restart", Map.of(), 2, 41);
    Instant tick = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofHours(3));
    if (tick.isAfter(Instant.now())) {
      tick = tick.minus(1, ChronoUnit.DAYS);
    }
    String id = "cron.backup." + tick.toString().replaceAll("[-:]", "");
    set(bench.cluster.keys.cron("backup"), CronState.since(tick).fired(tick));
    set(
        bench.cluster.keys.result(id),
        EventResult.ended(
            Records.event(id, "backup"), tick, tick.plusSeconds(312), Outcome.success()));
  }

  /** With the cause at its top, and the log of the node that failed. */
  private String failed() throws IOException {
    String id = "3f2a91bc-7d1e-4c52-9a80-51c6de0f7a44";
    bench.cluster.fire(id, "verify", Map.of("version", "1.4.1"));
    bench.cluster.ended(id);
    show("#/events/" + id, 1440, "dark").await("expected 9ab2").await("log of compare on app-3");
    save("failed");
    show("#/events/" + id + "?log=" + id + "/1/app-3", 1440, "dark").await("Times");
    page.awaitCount(".drawer .line.error", 1);
    save("log");
    return id;
  }

  private void many() throws IOException {
    String id = bench.ended(200);
    show("#/events/" + id, 1440, "light").awaitCount("#task-1 .cell", 200);
    save("200");
    bench.cluster.operator.commit(new Transaction().delete(bench.cluster.keys.result(id)));
  }

  private void events() throws IOException {
    show("#/events", 1440, "light").await("version=1.4.0");
    page.awaitCount(".table tbody tr", 5);
    save("events");
  }

  private void retry(String id) throws IOException {
    show("#/events/" + id, 1024, "light").press("Retry…").await("2 tasks from 1 on, 4 nodes");
    save("retry");
  }

  private void fire() throws IOException {
    show("#/", 1024, "dark").press("Fire…").fill("dialog [name=event]", "deploy");
    page.await("version (required)").fill("dialog [name='param.version']", "1.4.2");
    page.await("3 tasks, 4 nodes");
    save("fire");
  }

  /** A task in batches at its gate, and what waits. */
  private void running() throws IOException {
    NodeStates.check(bench.cluster.consul, "app-2", "shop", "http", "critical");
    bench.cluster.fire("7e90aa12-run", "deploy", Map.of("version", "1.4.2"));
    show("#/", 1440, "light").await("at its gate: waiting for app-2");
    bench.cluster.fire("81f3bb07-waits", "restart");
    bench.cluster.fire("9c1d04e6-waits", "deploy", Map.of("version", "1.4.3"));
    page.awaitText(".list h2", "Waiting 2 events").await("expected to begin about");
    save("running");
  }

  private void nodes() throws IOException {
    NodeStates.maintain(bench.cluster.consul, "app-4", "a new kernel");
    NodeStates.deadAgent(bench.cluster.consul, "app-5");
    show("#/nodes", 1024, "dark").await("a new kernel").await("no agent");
    save("nodes");
    show("#/nodes/app-3", 390, "light").await("What it ran of late").await("exit code 3");
    save("node");
    NodeStates.endMaintenance(bench.cluster.consul, "app-4");
  }

  private void schedules() throws IOException {
    new Freezes(bench.cluster.operator, bench.cluster.keys)
        .freeze(
            Freeze.of(
                FreezeScope.event("migrate"),
                "anna@desk",
                Instant.now(),
                "1.5 is not approved yet",
                Optional.of(Instant.now().plus(2, ChronoUnit.HOURS))));
    show("#/schedules", 1024, "light").await("is frozen by anna@desk").await("30 6 * * mon-fri");
    save("schedules");
  }

  /** On a phone. */
  private void stale() throws IOException {
    show("#/", 390, "dark").await("at its gate");
    bench.cluster.consul.disconnect("app-1");
    page.await("Consul cannot be reached, trying again").awaitCount("body.past", 1);
    save("stale");
    bench.cluster.consul.reconnect("app-1");
  }

  private void took(String id, String name, Map<String, String> params, int hoursAgo, int seconds) {
    Instant begun = Instant.now().minus(hoursAgo, ChronoUnit.HOURS);
    EventResult ended =
        EventResult.ended(
            dev.metronome.model.record.Event.of(id, name, params, begun, "fire", "anna@desk"),
            begun,
            begun.plusSeconds(seconds),
            Outcome.success());
    set(bench.cluster.keys.result(id), ended);
  }

  private void set(String key, Object record) {
    bench.write(key, Json.write(record));
  }

  /** The page anew, on a screen of this width. */
  private Page show(String place, int width, String theme) {
    page.open(bench.url("icon.svg")).screen(width, width > 500 ? HIGH : 844);
    page.script("localStorage.setItem('metronome-theme', arguments[0])", theme);
    page.open(bench.url(place)).awaitText(".link", "live");
    return page;
  }

  private void save(String name) throws IOException {
    byte[] picture = page.browser().driver().getScreenshotAs(OutputType.BYTES);
    Files.write(IMAGES.resolve("web-page-" + name + ".png"), picture);
  }
}
