package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.CronState;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Outcome;
import dev.metronome.testing.Page;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** What the web page tells of when events begin, and what can be done about it there. */
class WebPageTrafficIT {

  @TempDir static Path folder;
  @RegisterExtension static final PageVisit VISIT = new PageVisit(() -> folder);
  private final WebPageBench bench = VISIT.bench();
  private final Page page = VISIT.page();

  private Page open(String place) {
    return page.open(bench.url(place)).awaitText(".link", "live");
  }

  private void set(String key, Object record) {
    bench.write(key, Json.write(record));
  }

  /** That an event of this name took so many seconds once. */
  private void took(String name, int seconds) {
    String id = "took-" + name + System.nanoTime();
    Instant begun = Instant.now().minusSeconds(9_000);
    set(
        bench.cluster.keys.result(id),
        EventResult.ended(
            Records.event(id, name), begun, begun.plusSeconds(seconds), Outcome.success()));
  }

  @Test
  void what_the_calendar_fires_is_paused_and_resumed() {
    Instant tick = Instant.parse("2024-02-29T02:00:00Z");
    set(bench.cluster.keys.cron("nightly"), CronState.since(tick).fired(tick));
    String id = "cron.nightly.20240229T020000Z";
    set(
        bench.cluster.keys.result(id),
        EventResult.ended(Records.event(id, "nightly"), tick, tick, Outcome.success()));
    open("#/schedules").awaitTitle("Schedules · Metronome").await("0 3 29 2 *");
    page.awaitText(".schedules .badge", "success").awaitCount("a[href='#/events/" + id + "']", 1);
    page.awaitCount(".schedules td:nth-child(4) time", 5);
    page.press("Pause nightly").fill("dialog [name=reason]", "moving <b>disks</b>");
    page.press("Pause nightly").await("paused").await(": moving <b>disks</b>");
    page.awaitCount(".schedules td:nth-child(4) time", 1); // since when
    page.press("Resume nightly").press("Resume nightly");
    page.awaitCount(".schedules td:nth-child(4) time", 5);
    bench.cluster.operator.commit(
        new Transaction()
            .set(
                bench.cluster.keys.cron("nightly"),
                "{\"Format\": 99}".getBytes(StandardCharsets.UTF_8))
            .delete(bench.cluster.keys.result(id)));
    open("#/").press("Schedules").await("a newer agent wrote metronome/cron/nightly");
    bench.cluster.operator.commit(new Transaction().delete(bench.cluster.keys.cron("nightly")));
  }

  @Test
  void windows_tell_which_events_may_begin_now_and_which_when() {
    String waits = bench.fire("someday");
    open("#/schedules").awaitTexts(".windows .strong", "anytime", "someday");
    page.awaitTexts(".windows .badge", "open", "closed").await("(not in later)");
    page.awaitCount(".windows tr:last-child td:nth-child(2) time", 1); // when it opens
    page.await("past denies once: over");
    open("#/").await("may not begin: by its windows: not in later");
    page.press("Cancel someday " + waits.substring(0, 8)).press("Cancel someday");
    page.await("The queue is empty");
  }

  @Test
  void what_is_frozen_on_the_page_stays_so_until_it_is_thawed_there() {
    open("#/schedules").press("Freeze…").fill("dialog [name=event]", "quikc");
    page.fill("dialog [name=reason]", "1.4 is broken").keys(Keys.ENTER);
    page.awaitCount("dialog[open]", 1).press("Freeze quikc").await("did you mean `quick`?");
    page.fill("dialog [name=event]", "quick").fill("dialog [name=until]", "01012020\t1010AM");
    page.await("That is over already").awaitCount("dialog .danger:disabled", 1);
    page.script("document.querySelector('dialog [name=until]').value = ''");
    page.script("document.querySelector('dialog [name=until]').dispatchEvent(new Event('input'))");
    page.press("Freeze quick").await("The event quick is frozen by http@127.0.0.1: 1.4 is broken");
    page.errorsOfRequests(); // that there is no such event, and nothing else

    String id = bench.fire("quick");
    open("#/").await("may not begin: ").awaitText(".list h2", "Waiting 1 event");
    page.press("Thaw quick").await("What waits for it begins at once").press("Thaw quick");
    assertThat(bench.cluster.ended(id).status().toString()).isEqualTo("SUCCESS");
    page.awaitCount(".notice.frozen", 0);
  }

  @Test
  void a_lane_is_frozen_and_thawed_as_such() {
    open("#/schedules").press("Freeze…").fill("dialog [name=reason]", "moving");
    page.script(
        "const lane = document.querySelector('dialog [name=lane]'); lane.value = 'aside';"
            + "lane.dispatchEvent(new Event('change'))");
    page.fill("dialog [name=event]", "quick").await("not both").fill("dialog [name=event]", " ");
    page.press("Freeze aside")
        .await("The lane aside is frozen")
        .await("metronome thaw --lane aside");
    page.press("Thaw aside").press("Thaw aside").awaitCount(".notice.frozen", 0);
  }

  @Test
  void what_waits_has_a_time_at_which_it_is_expected_to_begin() {
    took("deploy", 130);
    took("deploy", 130);
    bench.fire("deploy");
    bench.fire("rolling");
    bench.fire("quick");
    open("#/").await("(usually 2 min 10 s)");
    page.awaitCount("[aria-label='Event queue'] .barred", 1); // of rolling nobody knows
    String begins = page.texts("[aria-label='Event queue'] .barred").get(0);
    assertThat(begins).startsWith("expected to begin about ");
    took("rolling", 60);
    bench.fire("quick");
    page.awaitCount("[aria-label='Event queue'] .barred", 2); // of quick nobody knows
    assertThat(page.texts("[aria-label='Event queue'] .barred")).contains(begins);
  }

  @Test
  void lanes_are_seen_side_by_side_and_what_waits_has_its_place_in_its_own() {
    bench.fire("half");
    open("#/").await("1 failed, 1 running").awaitTitle("✗ 1/2 half · Metronome");
    bench.fire("aside");
    page.awaitTexts(".event h1", "half", "aside");
    page.awaitTitle("✗ 2 in progress, 1 failed · Metronome").await("2 in progress, 1 failed");
    bench.fire("quick");
    String third = bench.fire("aside");
    page.awaitText(".lanes li", "common: 1 of 1 in progress, 1 waiting");
    page.awaitText(".lanes li", "side: 1 of 1 in progress, 1 waiting");
    page.awaitTexts("[aria-label='Event queue'] .tag", "common", "side");
    page.awaitTexts("[aria-label='Event queue'] .tag + .muted", "1.", "1.");

    open("#/events/" + third).await("It waits in the event queue for lane side and is next");
    open("#/nodes").awaitTexts(".nodes .then", "then aside, wait"); // b, which runs half
  }

  @Test
  void an_event_that_goes_ahead_is_next_in_its_lane() {
    bench.fire("deploy");
    bench.fire("quick");
    open("#/").awaitText(".list h2", "Waiting 1 event");
    page.press("Fire…").fill("dialog [name=event]", "quick").click("dialog [name=ahead]");
    page.press("Fire quick").await("It waits in the event queue for lane common and is next");
    page.await("ahead of those that waited");
    page.press("Cancel…").press("Cancel quick").awaitText(".verdict", "error, cancelled");
  }

  @Test
  void who_may_only_read_is_offered_nothing_that_changes_something() {
    open("#/schedules").awaitText("button:enabled", "Freeze…");
    page.open(bench.url("index.html#/schedules")).await("0 3 29 2 *");
    page.script(
        """
            const { learn } = await import('./model.js');
            learn('access', { By: 'probe@127.0.0.1', Role: 'read' });
            """);
    page.awaitText("[title='Off: you may only read']", "Fire…");
    assertThat(page.texts("[title='Off: you may only read']"))
        .isEqualTo(List.of("Fire…", "Freeze…", "Pause…"));
  }
}
