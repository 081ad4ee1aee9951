package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.testing.Axe;
import dev.metronome.testing.NodeStates;
import dev.metronome.testing.Page;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** That everybody can perceive and use the web page, by the rules of axe-core, in both themes. */
class WebPageAccessIT {

  @TempDir static Path folder;
  @RegisterExtension static final PageVisit VISIT = new PageVisit(() -> folder);
  private final WebPageBench bench = VISIT.bench();
  private final Page page = VISIT.page();

  private Page open(String place) {
    return page.open(bench.url(place)).awaitText(".link", "live");
  }

  /** Whatever stands on it now. */
  private void assertUsable(String what) {
    for (String theme : List.of("light", "dark")) {
      page.script("document.documentElement.dataset.theme = '" + theme + "'");
      assertThat(Axe.violations(page)).as(what + " in " + theme).isEmpty();
    }
  }

  @Test
  void pages_are_usable_in_both_themes() throws Exception {
    String failed = bench.fired("both");
    String undone = bench.fired("back");
    String many = bench.ended(200);
    NodeStates.maintain(bench.cluster.consul, "b", "a new kernel");
    try {
      open("#/nodes").await("maintenance");
      assertUsable("nodes");
    } finally {
      NodeStates.endMaintenance(bench.cluster.consul, "b");
    }
    open("#/nodes/a").await("What it ran of late").await("exit code 3");
    assertUsable("a node");
    open("#/events").awaitText(".table .id", failed.substring(0, 8));
    assertUsable("events");
    open("#/plan").await("versioned");
    assertUsable("events that are defined");
    open("#/plan/back").await("At the end, whatever came");
    assertUsable("a plan");
    open("#/schedules").awaitTexts(".windows .badge", "open", "closed");
    assertUsable("schedules");
    open("#/events/" + failed + "?log=" + failed + "/0/a").await("exit code 3");
    page.await("Times");
    assertUsable("a failed event with a log");
    open("#/events/" + undone).await("undone: task 0 prepare");
    assertUsable("an event that was taken back");
    open("#/events/" + many).awaitCount("#task-1 .cell", 200);
    assertUsable("an event on many nodes");
    bench.fire("deploy");
    bench.fire("quick");
    open("#/").await("awaiting a, b").await("Waiting");
    assertUsable("what runs and waits");
    open("#/nowhere").await("There is no such page");
    assertUsable("no page");
  }

  @Test
  void dialogs_are_usable_in_both_themes() throws Exception {
    String failed = bench.fired("broken");
    open("#/events/" + failed).press("Retry…").await("2 tasks from 1 on").await("as before");
    assertUsable("retry");
    page.press("Leave it").press("Fire again…").await("3 tasks, 2 nodes");
    assertUsable("fire again");
    page.press("Leave it").press("Fire…").fill("dialog [name=event]", "versioned");
    page.await("version (required)").fill("dialog [name=limit]", "aa").await("no agent lives");
    assertUsable("fire");
    page.press("Leave it").press("Schedules").press("Freeze…").await("until it is thawed");
    assertUsable("freeze");
    page.press("Leave it").press("Pause nightly").await("not made up for");
    assertUsable("pause");
    page.press("Leave it").press("Keys").await("among the nodes of a task");
    assertUsable("keys");
    page.keys(Keys.ESCAPE);
    bench.fire("deploy");
    open("#/").await("awaiting a, b").press("Cancel…").await("Nothing is undone");
    assertUsable("cancel");
  }

  /** What is wrong with how a screen reader goes through what stands in the document. */
  private static final String READ =
      """
      const wrong = [];
      const seen = (e) => e.getClientRects().length > 0;
      const some = (css, within = document) => [...within.querySelectorAll(css)].filter(seen);
      const told = (e) => `${e.tagName} ${(e.innerText || e.ariaLabel || e.name || '').slice(0, 30)}`;
      for (const [css, most] of [['main', 1], ['body > #app > header', 1], ['main h1', 1]])
        if (some(css).length !== most) wrong.push(`${some(css).length} ${css}`);
      for (const landmark of some('nav, aside, section'))
        if (!landmark.ariaLabel) wrong.push(`${told(landmark)} has no name`);
      let level = 0;
      for (const heading of some('h1, h2, h3, h4')) {
        const own = Number(heading.tagName[1]);
        if (own > level + 1) wrong.push(`${told(heading)} below level ${level}`);
        level = own;
      }
      const next = 'a[href], button, input, select, summary, h1, h2, h3, .message, .sentence';
      for (const part of [document.querySelector('main'), ...some('aside'), ...some('dialog')]) {
        const all = some(next, part).filter((e) => !e.closest('.hidden') && e.className !== 'hidden');
        all.forEach((e, i) => {
          const before = all[i - 1];
          if (!before || before.contains(e)) return;
          const [a, b] = [before.getBoundingClientRect(), e.getBoundingClientRect()];
          if (b.bottom <= a.top && b.left < a.right) wrong.push(`${told(e)} is above ${told(before)}`);
        });
      }
      return wrong;
      """;

  @Test
  void a_screen_reader_hears_what_is_above_before_what_is_below() throws Exception {
    open("#/").await("Nothing is running").await("Fire");
    assertThat((List<?>) page.script(READ)).as("nothing yet").isEmpty();
    String failed = bench.fired("both");
    String undone = bench.fired("back");
    String log = "#/events/" + failed + "?log=" + failed + "/0/a";
    bench.fire("deploy");
    bench.fire("quick");
    for (int width : List.of(1440, 1024, 390)) {
      page.screen(width, 900);
      for (String place :
          List.of(
              "#/",
              "#/events",
              "#/events/" + undone,
              log,
              "#/nodes",
              "#/nodes/a",
              "#/plan",
              "#/plan/back",
              "#/schedules",
              "#/nowhere")) {
        open(place);
        page.awaitScript("return document.querySelector('main .loading') === null", true);
        assertThat((List<?>) page.script(READ)).as(place + " at " + width).isEmpty();
      }
      open("#/events/" + failed).press("Retry…").await("2 tasks, 2 nodes");
      assertThat((List<?>) page.script(READ)).as("retry at " + width).isEmpty();
    }
  }

  @Test
  void what_an_event_waits_for_can_be_answered_by_everybody() {
    open("#/events/" + bench.fire("asking")).await("What would follow");
    assertUsable("approval");
  }

  @Test
  void what_a_click_is_for_is_at_least_24_pixels_high() {
    String failed = bench.fired("both");
    for (String place :
        List.of("#/", "#/events", "#/events/" + failed, "#/nodes", "#/plan", "#/schedules")) {
      open(place);
      Object low =
          page.script(
              """
              return [...document.querySelectorAll('button, .row, .list li, .table tbody tr, select, input')]
                .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 24)
                .map((e) => `${e.tagName}.${e.className} ${e.getBoundingClientRect().height}`);
              """);
      assertThat((List<?>) low).as(place).isEmpty();
    }
  }

  @Test
  void links_in_text_are_not_known_by_their_colour_alone() {
    String id = bench.fire("deploy");
    open("#/events/" + id).await("awaiting a, b");
    assertThat(
            page.script(
                "return getComputedStyle(document.querySelector('.sentence a')).textDecorationLine"))
        .isEqualTo("underline");
  }
}
