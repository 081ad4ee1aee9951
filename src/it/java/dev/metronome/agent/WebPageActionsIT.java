package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.pipeline.traffic.Freezes;
import dev.metronome.testing.NodeStates;
import dev.metronome.testing.Page;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** What can be done on the web page of an agent, in a real browser. */
class WebPageActionsIT {

  @TempDir static Path folder;
  @RegisterExtension static final PageVisit VISIT = new PageVisit(() -> folder);
  private final WebPageBench bench = VISIT.bench();
  private final Page page = VISIT.page();

  private Page open(String place) {
    return page.open(bench.url(place));
  }

  @Test
  void an_event_is_fired_once_its_plan_was_shown() throws Exception {
    open("#/").press("Fire…").fill("dialog [name=event]", "deploy").press("Add a parameter");
    page.fill("[aria-label='Name of parameter 1']", "gate");
    page.fill("[aria-label='Value of parameter 1']", bench.gate().toString());
    page.await("3 tasks, 2 nodes").press("Fire deploy");

    page.await("awaiting a, b").awaitText(".what h3", "1 wait");
    bench.open();
    page.awaitText(".verdict", "success");
  }

  @Test
  void the_parameters_that_an_event_declares_are_asked_for() {
    open("#/").press("Fire…").fill("dialog [name=event]", "versioned");
    page.await("version (required)").await("what to install");
    page.fill("dialog [name='param.version']", "one").await("as a whole of the pattern");
    page.fill("dialog [name='param.version']", "1.4").await("1 task, 2 nodes");
    page.press("Fire versioned").awaitText(".verdict", "success").await("version=1.4");
  }

  @Test
  void a_name_that_no_task_file_defines_is_not_fired_but_its_neighbour_may_be() {
    open("#/").press("Fire…").fill("dialog [name=event]", "quik");
    page.await("no task file defines the event quik; did you mean `quick`?");
    page.awaitTexts("dialog footer button:enabled", "Leave it").keys(Keys.ENTER);
    page.press("Take quick").await("1 task, 2 nodes").press("Fire quick");
    page.awaitText(".verdict", "success");
    page.errorsOfRequests(); // that there is no such event, and nothing else
  }

  @Test
  void a_freeze_stands_over_every_page_and_on_what_waits_for_it_until_it_is_thawed()
      throws Exception {
    Freezes freezes = new Freezes(bench.cluster.operator, bench.cluster.keys);
    freezes.freeze(
        Freeze.of(
            FreezeScope.event("quick"),
            "root@host",
            Instant.now(),
            "a <b>move</b>",
            Optional.empty()));
    try {
      String id = bench.fire("quick");
      open("#/nodes").await("The event quick is frozen by root@host: a <b>move</b>.");
      page.await("metronome thaw quick");
      open("#/").await("may not begin: the event quick is frozen by root@host: a <b>move</b>");
      freezes.thaw(FreezeScope.event("quick"));
      bench.cluster.ended(id);
      page.awaitCount(".notice.frozen", 0).awaitCount(".barred", 0);
    } finally {
      freezes.thaw(FreezeScope.event("quick"));
    }
  }

  @Test
  void an_event_is_fired_on_some_nodes_only() {
    open("#/").press("Fire…").fill("dialog [name=event]", "quick");
    page.fill("dialog [name=limit]", "aa").await("its limit names aa, where no agent lives");
    page.awaitTexts("dialog footer button:enabled", "Leave it");
    page.press("Take a").await("1 task, 1 node, limited to a.");
    page.awaitTexts("dialog .planned .nodes", "1 node: a", "left out: b");
    page.press("Fire quick").awaitText(".verdict", "success").await("limited to a");
    page.awaitTexts("#task-0 .row.success .text", "a").await("not in the event's limit");
    open("#/").press("Fire…").fill("dialog [name=event]", "quick");
    page.fill("dialog [name=limit]", "0")
        .awaitText(".objection", "a limit is at least 1 node, found 0");
    page.fill("dialog [name=limit]", "1").await("limited to 1 node of each task").press("Leave it");
    page.errorsOfRequests(); // that it cannot be a limit, and nothing else
  }

  @Test
  void an_event_is_fired_again_with_what_can_be_seen_of_its_parameters() {
    String id = bench.fire("quick", Map.of("version", "1.2", "password", "hunter22"));
    bench.cluster.ended(id);
    open("#/events/" + id).press("Fire again…").await("1 task, 2 nodes");
    page.await("is not shown in full: type it again");
    page.awaitTexts("dialog footer button:enabled", "Leave it");
    page.awaitScript(
        "return document.querySelector(\"[aria-label='Value of parameter 2']\").value", "1.2");
    page.fill("[aria-label='Value of parameter 1']", "hunter23").press("Fire quick");
    page.awaitText(".verdict", "success").await("version=1.2").await("password=********");
    page.awaitScript("return location.hash.includes('" + id + "')", false);
    open("#/events/" + bench.fired("broken"))
        .await("Retry…")
        .press("Fire again…")
        .press("Leave it");
  }

  @Test
  void what_runs_is_cancelled_with_a_reason() {
    String id = bench.fire("deploy");
    open("#/").await("awaiting a, b");

    page.press("Cancel…").fill("dialog [name=reason]", "wrong version").keys(Keys.ENTER);
    page.await("Nothing is undone").press("Cancel deploy");

    open("#/events/" + id).awaitText(".verdict", "error, cancelled").await("wrong version");
    assertThat(bench.cluster.ended(id).cancelled()).isPresent();
    page.awaitTexts(".task-line .word", "success", "error, cancelled", "dropped");
  }

  @Test
  void what_waits_is_taken_out_of_the_queue() {
    bench.fire("deploy");
    String id = bench.fire("quick");
    open("#/").awaitText(".list h2", "Waiting 1 event");

    page.press("Cancel quick " + id.substring(0, 8)).press("Cancel quick");

    assertThat(bench.cluster.ended(id).cancelled()).isPresent();
    page.await("The queue is empty");
  }

  @Test
  void a_failed_event_is_resumed_on_the_nodes_that_failed() throws Exception {
    String id = bench.fired("broken");
    bench.open();

    open("#/events/" + id).press("Retry…").await("only on the node where it has not succeeded");
    page.await("gate=" + bench.gate()).await("as before");
    page.await("break").press("Retry from break");

    page.awaitText(".verdict", "success").await("goes on with");
    page.awaitTexts("#task-1 .node", "a", "b").await("left out");
    assertThat(page.texts("#task-0 .row")).isEmpty();
    open("#/events/" + id).await("retried as").press("Retry…").press("Leave it");
    page.awaitTexts("dialog");
  }

  @Test
  void a_retry_is_counted_as_it_would_run_and_sent_only_as_it_was_seen() throws Exception {
    String id = bench.fired("last");
    open("#/events/" + id).awaitText(".verdict", "error");
    page.script(
        """
            const real = window.fetch;
            const released = new Promise((done) => (window.release = done));
            window.fetch = (url, options) =>
              url.startsWith('v1/plan') ? released.then(() => real(url, options)) : real(url, options);
            """);
    page.press("Retry…").awaitCount("dialog button:disabled", 1);
    page.script("window.release()");
    page.await("1 task from 1 on, 1 node.")
        .awaitTexts("dialog .planned .nodes", "1 node: a", "left out: b");
    page.click("dialog [value=task]").await("1 task from 1 on, 2 nodes.");

    NodeStates.deadAgent(bench.cluster.consul, "app-1");
    try {
      page.press("Retry from break").await("it is not as the plan says, and nothing was sent");
      page.await("app-1: no agent");
      assertThat(bench.cluster.result(id).orElseThrow().retries()).isEmpty();
    } finally {
      NodeStates.removeAgent(bench.cluster.consul, "app-1");
    }
    page.errorsOfRequests(); // that it is refused, and nothing else
    bench.open();
    page.click("dialog [value=nodes]").await("1 task from 1 on, 1 node.");
    page.press("Retry from break").awaitText(".verdict", "success");
    page.awaitTexts("#task-1 .node", "a", "b").await("left out");
  }

  @Test
  void everything_can_be_done_with_the_keyboard() {
    open("#/events/" + bench.fired("broken")).awaitText(".verdict", "error");

    page.keys("f").keys(Keys.ENTER).await("not bold");
    page.keys(Keys.ESCAPE);
    page.awaitScript("return document.activeElement.dataset.run", "1/a");

    page.tabTo("Fire…").keys(Keys.ENTER).keys("deploy").await("3 tasks, 2 nodes");
    page.tabTo("Add a parameter").keys(Keys.SPACE);
    page.tabTo("Name of parameter 1").keys("gate").keys(Keys.TAB).keys(bench.gate().toString());
    page.await("3 tasks, 2 nodes").tabTo("Fire deploy").keys(Keys.ENTER).await("awaiting a, b");

    page.tabTo("Cancel…").keys(Keys.ENTER).keys("by keyboard", Keys.ENTER);
    page.tabTo("Cancel deploy")
        .keys(Keys.ENTER); // what ends an event takes more than Enter in a field
    page.awaitText(".verdict", "error, cancelled").await("by keyboard");
    page.keys("?").await("to the next node that has failed").keys(Keys.ESCAPE);
    page.awaitTexts("dialog");
  }
}
