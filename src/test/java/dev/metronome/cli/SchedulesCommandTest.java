package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.CronState;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Outcome;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code schedules} prints and writes, without any agent. */
class SchedulesCommandTest {

  private static final Instant TICK = Instant.parse("2026-11-29T03:00:00Z");

  @TempDir Path folder;
  @AutoClose private final OneNodeCluster cluster = new OneNodeCluster();
  private Shell shell;

  @BeforeEach
  void define() throws Exception {
    files("backup: {task: t, cron: \"0 3 * * *\"}");
    shell = cluster.shell(folder);
  }

  private void files(String events) throws Exception {
    Path file = folder.resolve("ops/task.yml");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file, "events: {" + events + "}\ntasks: {t: {operations: [{echo: {text: a}}]}}\n");
  }

  private int run(String... words) {
    String[] all = new String[words.length + 3];
    all[0] = "schedules";
    System.arraycopy(words, 0, all, 1, words.length);
    all[words.length + 1] = "--files";
    all[words.length + 2] = folder.resolve("ops/task.yml").toString();
    return shell.run(all);
  }

  @Test
  void each_is_listed_with_its_next_ticks_and_how_the_last_one_ended() throws Exception {
    assertThat(run()).as(shell.err()).isZero();
    assertThat(shell.out()).contains("backup", "0 3 * * * UTC", "never");
    assertThat(
            shell
                .out()
                .lines()
                .filter(line -> line.startsWith("backup"))
                .findFirst()
                .get()
                .split(","))
        .hasSize(5);

    String id = "cron.backup.20261129T030000Z";
    EventResult end = EventResult.ended(Records.event(id, "backup"), TICK, TICK, Outcome.success());
    cluster
        .connection()
        .commit(
            new Transaction()
                .set(
                    OneNodeCluster.KEYS.cron("backup"),
                    Json.write(CronState.since(TICK).fired(TICK)))
                .set(OneNodeCluster.KEYS.result(id), Json.write(end)));

    assertThat(run("--json")).isZero();
    JsonNode one = new ObjectMapper().readTree(shell.out()).at("/Schedules/0");
    assertThat(one.at("/Event").asText()).isEqualTo(id);
    assertThat(one.at("/Status").asText()).isEqualTo("success");
    assertThat(one.at("/Next")).hasSize(5);
  }

  @Test
  void one_is_paused_with_who_and_why_and_resumed() {
    assertThat(run("pause", "backup", "--reason", "moving")).as(shell.err()).isZero();
    assertThat(shell.out()).contains("`backup` is not fired any more", "schedules resume backup");
    assertThat(run()).isZero();
    assertThat(shell.out()).contains("paused by ", ": moving");

    assertThat(run("resume", "backup")).isZero();
    assertThat(run()).isZero();
    assertThat(shell.out()).doesNotContain("paused");
  }

  private void record(String name, String json) {
    byte[] value = json.getBytes(StandardCharsets.UTF_8);
    cluster.connection().commit(new Transaction().set(OneNodeCluster.KEYS.cron(name), value));
  }

  @Test
  void with_a_mistake_in_the_file_what_consul_knows_is_listed_and_can_be_paused() throws Exception {
    assertThat(run("pause", "backup", "--reason", "moving")).isZero();
    files("backup: {task: t, corn: \"0 3 * * *\"}, other: {task: t}");
    record("gone", Json.text(CronState.since(TICK)));

    assertThat(run()).as(shell.err()).isZero();
    assertThat(shell.err()).contains("ops/task.yml:1:28: error: unknown key `corn`");
    assertThat(shell.out()).containsPattern("backup +\\? +\\? +paused by .*: moving");
    assertThat(shell.out()).containsPattern("gone +\\? .* error: unknown key `corn`");
    assertThat(run("resume", "backup")).as(shell.err()).isZero();

    files("backup: {task: t, cron: \"0 3 * * *\"}");
    assertThat(run()).isZero();
    assertThat(shell.err()).isEmpty();
    assertThat(shell.out()).contains("0 3 * * * UTC").doesNotContain("gone", "?");
  }

  @Test
  void of_a_record_of_a_newer_agent_no_tick_is_foretold() {
    record("backup", "{\"Format\": 99}");
    assertThat(run()).isZero();
    assertThat(shell.out())
        .containsPattern(
            "backup +0 3 \\* \\* \\* UTC +\\? +a newer agent wrote .*cron/backup; update");
    assertThat(shell.out()).doesNotContain(",");
  }

  @Test
  void a_mistyped_name_or_word_is_told_what_was_meant() throws Exception {
    assertThat(run("pause", "bakcup")).isEqualTo(3);
    assertThat(shell.err()).contains("no event `bakcup` with `cron`; did you mean `backup`?");
    assertThat(run("stop", "backup")).isEqualTo(2);
    assertThat(run("pause")).isEqualTo(2);

    files("deploy: {task: t}");
    assertThat(run()).isZero();
    assertThat(shell.out()).contains("no event of the task files here has `cron`");
  }
}
