package dev.metronome.model.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.testing.Records;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApprovalTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");

  private static Approval by(boolean self, String... names) {
    return new Approval(
        "To production?", List.of(names), 1, Optional.of(self), 60, Approval.OnTimeout.DENY);
  }

  private static Vote vote(String by, String... groups) {
    return Vote.of("e1", 0, by, List.of(groups), Vote.Choice.APPROVE, NOW, Optional.empty());
  }

  @Test
  void counts_the_votes_of_users_and_of_groups_that_it_names() {
    Approval approval = by(false, "ops", "alice");
    assertThat(approval.objection(vote("alice@host"), Optional.of("bob@host"))).isEmpty();
    assertThat(approval.objection(vote("carol@host", "ops"), Optional.empty())).isEmpty();
    assertThat(approval.objection(vote("mallory@host", "devs"), Optional.empty()))
        .hasValueSatisfying(why -> assertThat(why).contains("ops, alice"));
  }

  @Test
  void a_group_is_not_a_part_of_a_name() {
    assertThat(by(false, "ops").objection(vote("ops-2@host", "devops"), Optional.empty()))
        .isPresent();
  }

  @Test
  void the_vote_of_who_has_fired_the_event_counts_only_if_it_may() {
    Optional<String> requester = Optional.of("alice@laptop");
    assertThat(by(false, "alice").objection(vote("alice@10.0.0.1"), requester))
        .hasValueSatisfying(why -> assertThat(why).contains("has fired the event"));
    assertThat(by(true, "alice").objection(vote("alice@10.0.0.1"), requester)).isEmpty();
  }

  @Test
  void a_user_is_the_same_on_every_host() {
    assertThat(vote("alice@host").user()).isEqualTo("alice");
    assertThat(vote("alice@corp@host").user()).isEqualTo("alice@corp");
    assertThat(vote("alice").user()).isEqualTo("alice");
  }

  @Test
  void a_name_that_can_be_no_key_has_one_all_the_same() {
    Keys keys = new Keys("metronome/");
    assertThat(keys.approval("e1", 2, "alice")).isEqualTo("metronome/approvals/e1/2/alice");
    assertThat(keys.approval("e1", 2, "a b/.."))
        .isEqualTo("metronome/approvals/e1/2/hex/6120622f2e2e");
  }

  @Test
  void a_plan_with_one_is_left_alone_by_agents_that_know_none() {
    PlannedTask ask = Records.approval(0, by(false, "ops"));
    Plan plan =
        Plan.of(
            Event.of("e1", "deploy", java.util.Map.of(), NOW, "fire", "bob@host"),
            NOW,
            "",
            List.of(ask));
    assertThat(plan.format()).isEqualTo(5);
    Plan open = plan.ask(NOW).voted(vote("alice@host", "ops"));
    assertThat(open.format()).isEqualTo(5);
    assertThat(open.voting().orElseThrow().until()).isEqualTo(NOW.plusSeconds(60));
    assertThat(Json.read("k", Json.write(open), Plan.class)).isEqualTo(open);
    assertThat(Json.read("k", Json.write(TaskResult.opened(open)), TaskResult.class).approval())
        .hasValueSatisfying(asked -> assertThat(asked.votes()).hasSize(1));
  }
}
