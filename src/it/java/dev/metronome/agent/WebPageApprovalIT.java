package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.testing.Page;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the web page tells of an event that waits for an approval, and how it is answered there. */
class WebPageApprovalIT {

  @TempDir static Path folder;
  @RegisterExtension static final PageVisit VISIT = new PageVisit(() -> folder);
  private final WebPageBench bench = VISIT.bench();
  private final Page page = VISIT.page();

  /** The page of an event of this name that waits. */
  private String open(String event) {
    String id = bench.fire(event);
    page.open(bench.url("#/events/" + id)).awaitText(".link", "live");
    page.await("To <b>production</b>?");
    return id;
  }

  @Test
  void what_is_asked_stands_beside_what_would_follow_and_who_agrees_has_it_go_on() {
    String id = open("asking");
    page.await("waits for an approval by http, alice").await("then it is denied");
    page.await("What would follow").awaitCount(".approval .planned li", 1);
    page.fill(".approval [name=reason]", "tests are <i>green</i>");

    page.press("Approve");

    page.awaitCount(".approval", 0).await("approved by http@127.0.0.1 (tests are <i>green</i>)");
    assertThat(bench.cluster.ended(id).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void who_denies_has_it_end() {
    String id = open("asking");
    page.press("Deny").await("denied by http@127.0.0.1");
    assertThat(bench.cluster.ended(id).reason()).contains(Reason.DENIED);
    page.awaitCount(".approval", 0);
  }

  @Test
  void who_is_not_asked_has_no_buttons_and_who_has_voted_neither() {
    String id = bench.fire("asking");
    page.open(bench.url("index.html#/events/" + id)).await("To <b>production</b>?");
    page.awaitCount(".approval button", 2);
    access("{ By: 'bob@127.0.0.1', Role: 'approve', Groups: ['devs'] }");
    page.await("You (bob@127.0.0.1) are none of those who are asked.");
    page.awaitCount(".approval button", 0);
    page.awaitText("[title='Off: you may only look and approve']", "Fire…");
    access("{ By: 'bob@127.0.0.1', Role: 'approve', Groups: ['alice'] }");
    page.awaitCount(".approval button:enabled", 2);
    access("{ By: 'bob@127.0.0.1', Role: 'read', Groups: ['alice'] }");
    page.awaitCount(".approval button:disabled", 2);
  }

  private void access(String json) {
    page.script("const { learn } = await import('./model.js'); learn('access', " + json + ");");
  }

  @Test
  void the_buttons_are_gone_once_its_time_is_over() {
    String id = open("hasty");
    page.awaitCount(".approval", 0).await("denied by its timeout");
    assertThat(bench.cluster.ended(id).reason()).contains(Reason.DENIED);
  }

  @Test
  void a_plan_says_who_is_asked() {
    page.open(bench.url("#/plan/asking")).await("approval by http, alice").await("asks: To <b>");
  }
}
