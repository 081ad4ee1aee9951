package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Format;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Presence;
import dev.metronome.testing.Cable;
import dev.metronome.testing.NodeStates;
import dev.metronome.testing.Page;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** What the web page of an agent shows, in a real browser. */
class WebPageIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final long SOON = 1_000;

  @TempDir static Path folder;
  @RegisterExtension static final PageVisit VISIT = new PageVisit(() -> folder);
  private final WebPageBench bench = VISIT.bench();
  private final Page page = VISIT.page();

  private Page open(String place) {
    return page.open(bench.url(place));
  }

  /** Whose modules a script of the test can import. */
  private Page openInModules(String place) {
    return page.open(bench.url("index.html" + place));
  }

  @Test
  void it_shows_an_event_to_its_end() throws Exception {
    String id = bench.fire("deploy");
    open("").await("awaiting a, b").await("task wait").await("until");
    page.awaitTexts(".task h3", "0 prepare", "1 wait", "2 finish");
    page.awaitTexts(".task-line .word", "success", "in progress", "waiting");
    page.awaitTitle("2/3 deploy · Metronome");

    bench.open();
    page.awaitText(".verdict", "success").await("Nothing is running");
    page.awaitTexts(".task-line .word", "success", "success", "success");
    page.awaitTexts(".row .word", Collections.nCopies(6, "success").toArray(new String[0]));
    page.awaitTitle("✓ deploy · Metronome");
    open("#/events").awaitText(".table .id", id.substring(0, 8));
  }

  @Test
  void the_beginning_of_an_id_is_enough_for_an_address() {
    String id = bench.fired("broken");
    String beginning = id.substring(0, id.length() - 3); // to the microsecond
    open("#/events/" + beginning + "?log=" + beginning + "/1/a")
        .awaitText(".verdict", "error")
        .await("not bold");
    page.awaitScript("return location.hash", "#/events/" + id + "?log=" + id + "%2F1%2Fa");
    bench.fired("broken");
    open("#/events/broken").await("events have an ID that begins with `broken`");
    page.open("about:blank").errorsOfRequests(); // that it is not clear which, and nothing else
  }

  @Test
  void what_came_before_is_shown_however_many_wait() {
    String ended = bench.fired("quick");
    bench.fire("deploy");
    for (int i = 0; i < 13; i++) {
      bench.fire("quick");
    }
    open("").awaitText(".list h2", "Waiting 13 events").await("and 5 more");
    page.awaitCount("[aria-label='Recent events'] [title='" + ended + "']", 1);
  }

  @Test
  void that_nothing_has_been_yet_is_not_said_while_events_wait() {
    openInModules("").awaitText(".link", "live");
    page.script(
        """
            const { learn, learnStatus, model } = await import('./model.js');
            learn('recent', { Events: [] });
            const queue = { Waiting: 70, Events: [], Newer: [] };
            learnStatus({ ...model.status, Leader: undefined, Running: undefined, Queue: queue });
            """);
    page.await("Nobody leads").await("No event has begun yet; 70 events wait.");
    page.await("all that wait");
    assertThat(page.text()).doesNotContain("There has been no event yet").doesNotContain("and 70");
  }

  @Test
  void where_there_is_nothing_it_says_how_a_first_event_comes_to_be() {
    openInModules("").awaitText(".link", "live").await("2 agents");
    page.script(
        """
            const { learn, learnStatus, model } = await import('./model.js');
            learn('recent', { Events: [] });
            learnStatus({ ...model.status, Running: undefined });
            """);
    page.await("There has been no event yet.").await("metronome fire ");
    page.press("quick").await("Plan of quick").await("1 task, 2 nodes");

    page.open("about:blank");
    openInModules("#/plan").await("quick");
    page.script(
        """
            const { loadPatterns } = await import('./patterns.js');
            window.fetch = async () => new Response('[]');
            await loadPatterns();
            """);
    page.await("The task files of this agent define no event").await("/opt/patterns/*/task.yml");
  }

  @Test
  void events_that_wait_can_be_told_apart() {
    bench.fire("deploy");
    String first = bench.fire("quick", Map.of("version", "1.1", "password", "hunter22"));
    String second = bench.fire("quick", Map.of("version", "1.2"));
    open("").awaitText(".list h2", "Waiting 2 events").await("version=1.1").await("version=1.2");
    List<String> ids = page.texts("[aria-label='Event queue'] .id");
    assertThat(ids).hasSize(2).doesNotHaveDuplicates();
    assertThat(first).startsWith(ids.get(0));
    assertThat(second).startsWith(ids.get(1));

    page.press("Cancel quick " + ids.get(1)).awaitText("dialog .id", second.substring(0, 8));
    page.awaitTexts("dialog .given", "with version=1.2").press("Cancel quick");
    page.awaitText(".list h2", "Waiting 1 event").await("password=********");
    assertThat(bench.cluster.ended(second).cancelled()).isPresent();
    assertThat(page.text()).doesNotContain("hunter22");
  }

  @Test
  void batches_are_groups_of_the_timeline() throws Exception {
    open("#/plan/rolling").await("2 batches, at most").await("none after more than 0 have failed");
    String id = bench.fire("rolling");
    open("#/events/" + id).await("batch 1 of 2: 0 of 1 node done").await("1 batch not open yet");
    page.awaitTexts(".batch .batch-line .text", "batch 1 of 2");
    bench.open();
    page.awaitText(".verdict", "success");
    page.awaitTexts(".batch .batch-line .text", "batch 1 of 2", "batch 2 of 2");
    page.awaitTexts(".batch .run .text", "a", "b");

    bench.shut();
    String stopped = bench.fired("stopping");
    open("#/events/" + stopped).await("stopped after batch 1 of 2").await("1 failed");
    page.awaitTexts(".batch .batch-line .text", "batch 1 of 2", "left out");
    page.awaitTexts(".batch .run .text", "a", "b");
  }

  @Test
  void gates_of_health_are_bars_with_their_reason_and_clock() {
    for (String node : List.of("a", "b")) {
      NodeStates.service(bench.cluster.consul, node, "app", "app", "blue");
    }
    NodeStates.check(bench.cluster.consul, "b", "app", "http", "critical");
    try {
      String id = bench.fire("gated");
      open("#/events/" + id).await("batch 2 of 2 is at its gate: waiting for b: check `http`");
      page.awaitTexts(".gate .word", "passed", "waiting").await(" min 5").await(" s left");
      page.awaitCount(".gate .bar", 2);
      NodeStates.check(bench.cluster.consul, "b", "app", "http", "passing");
      page.awaitText(".verdict", "success").awaitTexts(".gate .word", "passed", "passed");
      page.awaitTexts(".gate .message");

      NodeStates.check(bench.cluster.consul, "b", "app", "http", "critical");
      String failed = bench.fired("impatient");
      open("#/events/" + failed).awaitText(".verdict", "error, unhealthy");
      page.awaitTexts(".gate .word", "failed").awaitCount(".gate .bar", 1);
      page.awaitTexts(
          ".gate .message", "its nodes were not well for 0 s within 1 s: b: check `http` critical");
    } finally {
      NodeStates.removeService(bench.cluster.consul, "a", "app");
      NodeStates.removeService(bench.cluster.consul, "b", "app");
    }
  }

  @Test
  void a_failed_event_says_why_and_its_log_is_text() {
    String id = bench.fired("broken");

    open("#/events/" + id).awaitText(".verdict", "error").await("log of break on a");
    page.awaitTexts(".task-line .word", "success", "error", "dropped");

    page.press("log of break on a")
        .await("<b id=\"bold\">not bold</b> <img src=x onerror=alert(1)> red");
    assertThat(page.texts("#bold, .log img")).isEmpty();
    page.keys(Keys.ESCAPE);
    page.awaitTexts(".drawer");
  }

  @Test
  void equal_failures_are_one_and_each_is_said_once_with_the_end_of_its_log() {
    String id = bench.fired("both");
    open("#/events/" + id).awaitText(".verdict", "error").await("log of fail on a");
    page.awaitTexts(".failures summary", "on 2 nodes: a, b");
    page.awaitText(
        ".tail .line:last-child", "error operation 1 (execute): the script ended with exit code 3");
    page.awaitTexts(".tail .line:first-child", "4").awaitCount(".tail .line", 10);
    assertThat(page.text().split("ended with exit code 3", -1)).hasSize(3); // with its log's end
    page.click(".failures summary").press("Copy names").awaitCount("[data-done=copied]", 1);
    page.press("b").awaitText(".drawer h2", "b");
  }

  @Test
  void what_takes_back_and_what_comes_last_are_set_apart() {
    String id = bench.fired("back");
    open("#/events/" + id).awaitText(".verdict", "error").await("undone: task 0 prepare");
    page.awaitTexts(
        ".task h3", "0 prepare", "1 break", "2 finish", "3 undo of prepare", "4 finally finish");
    page.awaitTexts(".task-line .word", "success", "error", "dropped", "success", "success");
    page.awaitCount(".part-undo .part", 1);
    page.awaitCount(".part-finally .part", 1);
    page.press("Retry…").await("begins at the first task that was undone");
    page.await("From task 0, prepare, on every node");
    page.keys(Keys.ESCAPE);

    open("#/plan/back").await("If it fails, on the nodes that have taken the task");
    page.awaitTexts(
        ".planned .when",
        "If it fails, on the nodes that have taken the task",
        "At the end, whatever came");
    for (int width : List.of(1440, 390)) {
      page.screen(width, 900);
      for (String place : List.of("#/events/" + id, "#/plan/back")) {
        open(place).awaitText(".link", "live");
        assertThat(page.overflow()).as(place + " at " + width).isZero();
      }
    }
  }

  @Test
  void a_node_that_failed_is_not_done_while_others_run() throws Exception {
    String id = bench.fire("half");
    open("").await("0 of 2 nodes done, 1 failed, awaiting b");
    page.awaitText(".verdict", "in progress, 1 failed, 1 running")
        .awaitCount("article.event.error", 1);
    page.awaitText("#task-0 .task-line .word", "in progress, 1 failed");
    page.awaitTitle("✗ 1/2 half · Metronome").await("half: task 1 of 2, half, 1 failed");
    bench.open();
    page.awaitText(".verdict", "error").awaitTitle("✗ half · Metronome");
    bench.cluster.ended(id);
  }

  @Test
  void an_event_leads_to_those_of_its_name_and_back_where_one_came_from() {
    String first = bench.fire("quick", Map.of("version", "7.1"));
    bench.cluster.ended(first);
    String second = bench.fire("quick", Map.of("version", "7.2"));
    bench.cluster.ended(second);
    String third = bench.fired("quick");
    String list = "#/events?name=quick&by=test";
    open(list).awaitText(".table .id", third.substring(0, 8));
    page.awaitTitle("Events · Metronome");
    page.fill("[name=param]", "version=7.2").keys(Keys.ENTER);
    page.awaitCount(".table tbody tr", 1).press("quick").awaitTitle("✓ quick · Metronome");
    page.press("Next quick").awaitScript("return location.hash", "#/events/" + third);
    page.press("Previous quick").awaitScript("return location.hash", "#/events/" + second);
    page.press("Previous quick").awaitScript("return location.hash", "#/events/" + first);
    page.press("Copy ID").press("Copy link").awaitCount("[data-done=copied]", 2);
    for (int i = 0; i < 4; i++) {
      page.press("← Back");
    }
    page.awaitScript("return location.hash", list + "&param=version%3D7.2");
    page.fill("[name=by]", "nobody").keys(Keys.ENTER).await("No event is like that");
    open("#/nodes").awaitTitle("Nodes · Metronome");
    open("#/plan/quick").awaitTitle("Plan of quick · Metronome");
  }

  @Test
  void who_wants_it_is_notified_of_what_has_ended_while_he_does_not_look() {
    bench.fired("quick");
    open("").awaitText(".link", "live").await("Nothing is running");
    page.script(
        """
        window.told = [];
        window.Notification = class {
          static permission = 'default';
          static async requestPermission() { return (this.permission = 'granted'); }
          constructor(title, { body }) { told.push(title, body); }
        };
        document.hasFocus = () => window.looks ?? false;
        """);
    page.press("Notify me when an event has ended");
    page.awaitCount(".bell[aria-pressed=true]", 1);
    String id = bench.fired("both");
    page.awaitScript("return told[0]", "both: error");
    assertThat(page.script("return told[1]").toString()).contains("exit code 3");
    page.script("window.looks = true");
    open("#/events/" + bench.fired("quick")).awaitText(".verdict", "success");
    open("#/").await(id.substring(0, 8));
    assertThat(page.script("return told.length")).isEqualTo(2L);
    page.press("Notifications when an event has ended: on")
        .awaitCount(".bell[aria-pressed=true]", 0);
  }

  @Test
  void an_event_of_a_newer_version_is_a_row_that_says_so() {
    String key = bench.cluster.keys.result("future");
    bench.write(key, "{\"Format\": 7}".getBytes(StandardCharsets.UTF_8));
    open("#/events?status=error&q=FUTURE").await(key + " has format 7").await("update the agents");
    page.awaitCount(".table tbody tr", 1);

    bench.cluster.operator.commit(new Transaction().delete(key));
  }

  /** The first answer is older than the change that it is told of meanwhile. */
  @Test
  void an_event_that_changes_while_it_is_asked_for_is_asked_for_again() {
    openInModules("").awaitText(".link", "live");
    Object status =
        page.script(
            """
            const { readEvent } = await import('./live.js');
            const { model } = await import('./model.js');
            const real = window.fetch;
            const answer = (status) => new Response(JSON.stringify({ ID: 'x', Status: status, Tasks: [] }));
            let first;
            window.fetch = (url, options) => {
              if (url !== 'v1/events/x') return real(url, options);
              return first ? Promise.resolve(answer('success')) : new Promise((done) => (first = done));
            };
            const asked = readEvent('x');
            readEvent('x');
            first(answer('inprogress'));
            await asked;
            window.fetch = real;
            return model.events.get('x').Status;
            """);
    assertThat(status).isEqualTo("success");
  }

  @Test
  void a_log_grows_while_its_task_runs() throws Exception {
    String id = bench.fire("deploy");
    open("#/events/" + id).await("awaiting a, b");
    page.click("[data-run='1/a']").await("waiting for the gate");
    bench.open();
    page.awaitText(".drawer .badge", "success").await("through");
    bench.cluster.ended(id);
  }

  @Test
  void nodes_are_listed_with_what_is_odd_about_them() {
    open("#/nodes").awaitText(".nodes .tag", "leader");
    assertThat(page.texts(".nodes tbody .strong")).contains("b web cache").hasSizeGreaterThan(1);
    page.press("Busy 0").await("No node is like that").click(".segments a");
    page.fill("[data-filter]", "nothing-like-it").await("No node is like that");
  }

  @Test
  void a_node_shows_its_services_and_what_it_ran() {
    NodeStates.service(bench.cluster.consul, "a", "app-1", "app", "blue");
    NodeStates.check(bench.cluster.consul, "a", "app-1", "http", "critical");
    NodeStates.service(bench.cluster.consul, "a", "db", "db", "primary");
    NodeStates.maintainService(bench.cluster.consul, "a", "db", "a <b>new</b> disk");
    try {
      String id = bench.fired("broken");
      open("#/nodes").press("a").awaitTitle("Node a · Metronome").awaitText(".tag", "blue");
      page.awaitTexts(".facts [title='Role of this server']", "web", "cache");
      page.awaitTexts("[aria-label=Services] .badge", "critical", "maintenance", "passing");
      page.await("a <b>new</b> disk").await("app-1");
      page.awaitText(".ran .id", id.substring(0, 8)).press("break").awaitText(".drawer h2", "a");
      page.awaitScript("return location.hash", "#/events/" + id + "?log=" + id + "%2F1%2Fa");
      open("#/nodes/nobody").await("neither Consul nor an agent tells of the node nobody");
      page.errorsOfRequests(); // that there is none, and nothing else
    } finally {
      NodeStates.removeService(bench.cluster.consul, "a", "app-1");
      NodeStates.removeService(bench.cluster.consul, "a", "db");
    }
  }

  @Test
  void a_maintenance_and_who_is_left_out_are_shown_with_their_reason() {
    NodeStates.maintain(bench.cluster.consul, "b", "a new kernel");
    NodeStates.deadAgent(bench.cluster.consul, "app-1");
    try {
      open("#/nodes").await("maintenance").await("a new kernel");
      open("#/plan").press("quick").await("b: maintenance: a new kernel");
      String id = bench.fired("quick");
      open("#/events/" + id).await("2 of 3; app-1 left out: no agent");
      open("#/events?q=app-1").await("app-1 left out: no agent");
    } finally {
      NodeStates.endMaintenance(bench.cluster.consul, "b");
      NodeStates.removeAgent(bench.cluster.consul, "app-1");
    }
  }

  @Test
  void parameters_are_shown_and_secrets_masked() {
    String id = bench.fire("quick", Map.of("version", "1.2.3", "db_password", "hunter22"));
    bench.cluster.ended(id);
    open("#/events/" + id).await("version=1.2.3").await("db_password=********");
    assertThat(page.text()).doesNotContain("hunter22");
    open("#/events?q=1.2.3").awaitText(".table .id", id.substring(0, 8));
    page.awaitCount(".table tbody tr", 1);
    assertThat(page.script("return document.documentElement.outerHTML").toString())
        .doesNotContain("hunter22");
  }

  @Test
  void a_task_file_that_cannot_be_used_is_shown_with_its_reason() {
    String fault = "db/task.yml:2:17: error: unknown key `operatoins` <b>";
    Presence presence =
        new Presence(
            Format.CURRENT,
            "broken",
            "1.0",
            "host",
            7,
            Records.NOON,
            "broken/1",
            Map.of(),
            Optional.empty(),
            Map.of("db", fault),
            Optional.empty(),
            List.of(),
            List.of());
    String key = bench.cluster.keys.presence("broken");
    bench.write(key, Json.write(presence));
    open("#/nodes").await("db cannot be used").await(fault);
    bench.cluster.operator.commit(new Transaction().delete(key));
  }

  @Test
  void what_the_leader_has_found_of_the_original_is_said() {
    openInModules("").awaitText(".link", "live");
    page.script(
        """
            const { learnStatus, model } = await import('./model.js');
            learnStatus({ ...model.status, Original: ['an agent of the original is at work'] });
            """);
    page.await("The original: an agent of the original is at work.");
  }

  @Test
  void a_plan_is_shown_before_anything_runs() {
    open("#/plan").press("deploy").await("3 tasks, 2 nodes");
    assertThat(page.texts(".planned .nodes")).containsOnly("2 nodes: a, b").hasSize(3);
    page.click("#main li:nth-child(2) summary").await("until test -e");
    open("#/plan/unheard-of").await("no task file defines the event unheard-of");
    assertThat(page.errorsOfRequests()).hasSizeLessThanOrEqualTo(2); // the 404, which is wanted
  }

  @Test
  void every_time_is_of_one_zone_that_is_said() {
    String id = bench.fired("broken");
    page.zone("Asia/Tokyo");
    try {
      open("#/events/" + id + "?log=" + id + "/1/a").await("not bold");
      page.awaitText(".zone", "UTC+09:00");
      assertInTokyo(".drawer .meta time", "HH:mm:ss");
      assertInTokyo(".log time", "HH:mm:ss.SSS");
    } finally {
      page.zone("");
    }
  }

  /** What an element shows of the time that it stands for. */
  private void assertInTokyo(String css, String pattern) {
    Object time = page.script("return document.querySelector('" + css + "').dateTime");
    Instant written = OffsetDateTime.parse((String) time).toInstant();
    assertThat(Duration.between(written, Instant.now()).abs()).isLessThan(PATIENCE);
    assertThat(page.texts(css).get(0))
        .endsWith(
            written.atOffset(ZoneOffset.ofHours(9)).format(DateTimeFormatter.ofPattern(pattern)));
  }

  @Test
  void while_consul_is_away_all_is_said_to_be_of_before_and_nothing_can_be_done() throws Exception {
    bench.fire("deploy");
    bench.fire("quick");
    open("").await("awaiting a, b").awaitText(".link", "live").press("Fire…").await("Leave it");
    bench.cluster.consul.disconnect("a");
    try {
      page.await("Off until then: Consul cannot be reached").press("Leave it");
      assertStale();
      assertThat(page.texts(".event h1, .list .event-link")).startsWith("deploy", "quick");
      page.open("about:blank");
      open("");
      assertStale();
      assertThat(page.text()).doesNotContain("Loading");
      open("#/plan").await("Consul cannot be reached");
      bench.open();
    } finally {
      bench.cluster.consul.reconnect("a");
    }
    page.awaitText(".link", "live").awaitCount("body.past", 0);
    open("").await("Nothing is running");
    page.awaitScript(
        "return [...document.querySelectorAll('.top button')].some(b => b.disabled)", false);
    page.errorsOfRequests(); // while it was away, and nothing else
  }

  private void assertStale() {
    page.await("Consul cannot be reached, trying again").await("What you see is from");
    assertThat(page.texts(".link").get(0))
        .matches("stale since [0-9]{2}:[0-9]{2}.*: Consul unreachable");
    page.awaitCount("body.past", 1).awaitText("[title='Off: Consul cannot be reached']", "Fire…");
    assertThat(page.title()).startsWith("stale: ");
    assertThat(page.texts("button.primary:enabled, button.danger:enabled")).isEmpty();
  }

  @Test
  void a_reconnect_loses_nothing() throws Exception {
    String id = bench.fire("deploy");
    open("#/events/" + id).await("awaiting a, b").press("Keys").await("closes the log");
    page.keys(Keys.ESCAPE);

    bench.leave();
    page.await("Connection lost, trying again");
    assertThat(page.texts(".task h3")).hasSize(3);
    bench.open();
    bench.cluster.ended(id);
    bench.comeBack();

    page.awaitText(".link", "live")
        .awaitText(".task:last-child .word", "dropped"); // its end was missed
    assertThat(page.text()).doesNotContain("Connection lost");
    page.errorsOfRequests(); // connections may have been refused, and nothing else
  }

  @Test
  void what_happens_while_the_connection_is_cut_is_told_once_it_is_back() throws Exception {
    try (Cable cable = Cable.to(bench.port())) {
      String id = bench.fire("deploy");
      page.open("http://127.0.0.1:" + cable.port() + "/#/events/" + id).await("awaiting a, b");

      cable.cut();
      page.await("Connection lost, trying again");
      bench.open();
      bench.cluster.ended(id);
      assertThat(page.texts(".task-line .word"))
          .containsExactly("success", "in progress", "waiting");
      cable.mend();

      page.awaitText(".link", "live")
          .awaitTexts(".task-line .word", "success", "success", "success");
      page.open("about:blank");
      page.errorsOfRequests(); // while it was cut, and nothing else
    }
  }

  @Test
  void nothing_is_wider_than_a_narrow_screen() {
    String id = bench.fired("broken");
    String log = "?log=" + id + "/1/a";
    for (int width : List.of(800, 390, 320)) {
      page.screen(width, 800);
      for (String place :
          List.of(
              "#/",
              "#/events",
              "#/events/" + id + log,
              "#/nodes",
              "#/schedules",
              "#/plan/deploy")) {
        open(place).awaitText(".link", "live");
        assertThat(page.overflow()).as(place + " at " + width).isZero();
      }
    }
  }

  @Test
  void of_200_nodes_those_stand_out_that_failed() {
    String id = bench.ended(200);
    open("#/events/" + id).awaitText(".verdict", "error");

    assertThat(page.texts("#task-0 .cell")).isEmpty(); // all went well: folded
    page.awaitCount("#task-1 .cell", 200);
    page.awaitTexts("#task-1 .named .name", "app77");
    page.awaitTexts("#task-1 .tally .badge", "1 error", "199 success");
    page.press("1 error").awaitCount("#task-1 .cell", 1).press("1 error");
    page.awaitCount("#task-1 .cell", 200);

    page.press("Show 200 nodes").await("Hide 200 nodes");
    page.keys("f");
    page.awaitScript(
        "return document.activeElement.getAttribute('aria-label')", "app77: error, 19 s");
    page.keys(Keys.ARROW_RIGHT);
    page.awaitScript("return document.activeElement.dataset.run", "1/app78");
    page.screen(390, 800);
    assertThat(page.overflow()).isZero();
  }

  @Test
  void of_a_long_log_the_end_is_shown_and_more_on_demand() {
    String id = bench.ended(2);
    StringBuilder log = new StringBuilder();
    for (int i = 0; log.length() < 350_000; i++) {
      log.append(String.format("line %07d <i>of</i> many &amp; \u202e more\n", i));
    }
    byte[] bytes = log.toString().getBytes(StandardCharsets.UTF_8);
    bench.write(bench.cluster.keys.log(id, 1, "app1"), bytes);

    open("#/events/" + id + "?log=" + id + "/1/app1").await("Show earlier lines");
    assertThat(page.texts("pre").get(0)).endsWith("\\u202e more").hasSizeLessThan(100_000);
    for (int i = 0; i < 3; i++) {
      page.click(".log .more");
    }
    page.await("line 0000000 <i>of</i> many &amp; \\u202e more");
    assertThat(page.texts("pre i, .log .more")).isEmpty();
  }

  @Test
  void a_log_is_searched_and_linked_and_its_errors_and_colours_are_seen() {
    String id = bench.ended(2);
    String line = "2026-11-29T10:00:0%d.000+00:00 [%-5s] %s\n";
    StringBuilder log = new StringBuilder();
    log.append(String.format(line, 1, "INFO", "begun"));
    log.append(
        String.format(line, 2, "WARN", "\u001b[1;31m<i>odd</i>\u001b[0m and \u001b]0;x\u0007"));
    log.append("... 1,234,567 bytes omitted ...\n");
    log.append(String.format(line, 3, "ERROR", "it is odd"));
    bench.write(
        bench.cluster.keys.log(id, 1, "app1"), log.toString().getBytes(StandardCharsets.UTF_8));

    openInModules("#/events/" + id + "?log=" + id + "/1/app1")
        .await("1,234,567 bytes are missing here");
    page.awaitTexts(".line.warn .said", "10:00:02.000 warn <i>odd</i> and \\x1b]0;x\\x07");
    page.awaitTexts(".line .hue-red.bold", "<i>odd</i>");
    page.awaitTexts(".line.error .level", "error");
    page.fill("[data-search]", "ODD").await("1 of 2 lines").awaitTexts(".line mark", "odd", "odd");
    page.awaitTexts(".line.at .no", "2").press("Next line with it").awaitTexts(".line.at .no", "4");
    page.script("document.querySelector('.tools select').selectedIndex = 1");
    page.script("document.querySelector('.tools select').dispatchEvent(new Event('change'))");
    page.awaitTexts(".said time", "+0.000", "+1.000", "+2.000");

    page.press("Link to line 1");
    page.awaitScript("return new URLSearchParams(location.hash.split('?')[1]).get('line')", "1");
    String share = "return document.querySelector('.drawer').offsetWidth / innerWidth > 0.55";
    page.awaitScript(share, false).press("Wide").awaitScript(share, true);
    page.press("Wide").awaitScript(share, false);
    page.press("Full screen").awaitCount(".full .drawer", 1);
    page.script("window.fetch = async () => { throw new TypeError('cut') }");
    page.script("(await import('./drawer.js')).reread()");
    page.await("The agent cannot be reached. Trying again.").awaitCount(".line", 4);
  }

  @Test
  void a_megabyte_of_log_is_open_soon() {
    String id = bench.ended(2);
    open("#/events/" + id).awaitText(".verdict", "error");
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < 40 && (i < 3 || Collections.min(millis) >= 200); i++) {
      Object time =
          page.script(
              """
              const line = '2026-11-29T10:00:00.000+00:00 [INFO ] a line of some hundred characters, as they are in logs';
              const text = (line + '\\n').repeat(12_000);
              const real = window.fetch;
              window.fetch = async (url, o) => (url.includes('/logs') ? new Response(text) : real(url, o));
              const begun = performance.now();
              location.hash += '?log=%1$s/1/app1';
              while (!document.getElementById('line-12000')) await new Promise(requestAnimationFrame);
              await new Promise(requestAnimationFrame);
              const took = performance.now() - begun;
              window.fetch = real;
              location.hash = '#/events/%1$s';
              while (document.querySelector('.drawer')) await new Promise(requestAnimationFrame);
              return took;
              """
                  .formatted(id));
      millis.add(((Number) time).doubleValue());
    }
    System.out.println("1 MB of log open: " + millis + " ms");
    assertThat(Collections.min(millis)).isLessThan(200);
  }

  @Test
  void it_asks_for_little_at_first() {
    bench.fired("quick");
    open("").awaitText(".link", "live").await("Nothing is running").await("The queue is empty");
    Object asked =
        page.script(
            "return ['/', ...performance.getEntriesByType('resource').map((it) => it.name)]");
    assertThat((List<?>) asked).hasSizeBetween(3, 11); // and the stream, which does not end
  }

  @Test
  void a_page_that_is_left_open_does_not_grow() {
    openInModules("").awaitText(".link", "live");
    String last = "";
    for (int i = 0; i < 12; i++) {
      last = bench.fired("quick");
    }
    openInModules("#/events/" + last).awaitText(".verdict", "success");
    assertThat((Long) page.script("return (await import('./model.js')).model.events.size"))
        .isBetween(1L, 6L);
  }

  @Test
  void a_change_is_on_the_page_soon_after_it_is_in_consul() throws Exception {
    String title = "2/3 deploy · Metronome";
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < 15 && (i < 5 || Collections.min(millis) >= SOON); i++) {
      bench.shut();
      open("").awaitText(".link", "live").awaitNoTitle(title).watchTitle();
      String id = bench.fire("deploy");
      await().atMost(PATIENCE).until(() -> page.seenAt(title).isPresent());
      Instant opened = bench.cluster.task(id, 1).startedAt().orElseThrow();
      millis.add(Duration.between(opened, page.seenAt(title).orElseThrow()).toMillis());
      bench.open();
      bench.cluster.ended(id);
    }
    System.out.println("from Consul to the page: " + millis + " ms");
    assertThat(Collections.min(millis)).as("the best, on a busy machine").isLessThan(SOON);
  }
}
