package dev.metronome.model.schedule;

import dev.metronome.model.record.Approval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code approve} of a step: who must agree before the event goes on. */
final class ApprovalReader {
  private static final Set<String> KEYS =
      Set.of("message", "by", "count", "self", "timeout", "on_timeout");

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofHours(8);
  private static final Duration LONGEST = Duration.ofDays(31);
  private static final int LONGEST_MESSAGE = 500;
  private static final int MOST_NAMES = 50;
  private static final int MOST_VOTES = 50;

  /** As of users and groups in the file of {@code http-users}. */
  private static final String NAME = "[A-Za-z0-9._-]{1,64}";

  private final Section step;
  private final Findings findings;

  ApprovalReader(Section step, Findings findings) {
    this.step = step;
    this.findings = findings;
  }

  Optional<Approval> read() {
    if (!step.has(Approval.STEP)) {
      findings.error(
          step.position(Approval.STEP),
          "`approve` of " + step.title() + " is empty: it needs `message` and `by`");
    }
    return step.mapping(
            Approval.STEP, "a mapping such as `{message: \"To production?\", by: [ops]}`")
        .flatMap(
            it -> approval(new Section(it, "`approve` of " + step.title(), findings).allow(KEYS)));
  }

  private Optional<Approval> approval(Section section) {
    Optional<String> message = message(section);
    List<String> by = by(section);
    int count = section.integer("count", 1, MOST_VOTES, votes()).orElse(1);
    boolean self = section.flag("self").orElse(false);
    Duration timeout = section.duration("timeout", SHORTEST, LONGEST).orElse(TIMEOUT);
    Approval.OnTimeout onTimeout =
        section
            .oneOf("on_timeout", Arrays.asList(Approval.OnTimeout.values()))
            .orElse(Approval.OnTimeout.DENY);
    return message.isEmpty() || by.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Approval(message.get(), by, count, Optional.of(self), seconds(timeout), onTimeout));
  }

  private static String votes() {
    return "a number of votes between 1 and " + MOST_VOTES;
  }

  private Optional<String> message(Section section) {
    Optional<String> text = section.text("message");
    if (!section.has("message") || text.filter(String::isBlank).isPresent()) {
      findings.error(
          section.position("message"),
          section.title() + " does not say what is asked: it needs a `message`");
    } else if (text.map(String::length).orElse(0) > LONGEST_MESSAGE) {
      findings.error(
          section.position("message"),
          "`message` of " + section.title() + " has more than " + LONGEST_MESSAGE + " characters");
    }
    return text.filter(it -> !it.isBlank());
  }

  /** One name may stand alone. */
  private List<String> by(Section section) {
    boolean one = section.value("by").filter(Value.Text.class::isInstance).isPresent();
    Optional<List<Value>> values =
        one
            ? section.value("by").map(List::of)
            : section.list("by", "a list of users and groups such as `[ops, alice]`");
    if (!section.has("by") || values.filter(List::isEmpty).isPresent()) {
      findings.error(
          section.position("by"),
          section.title() + " can be given by nobody: it needs `by`, with users or groups");
    } else if (values.map(List::size).orElse(0) > MOST_NAMES) {
      findings.error(
          section.position("by"),
          "`by` of " + section.title() + " has more than " + MOST_NAMES + " names");
    }
    List<String> names = new ArrayList<>();
    values.orElse(List.of()).forEach(value -> name(section, value, names));
    return names;
  }

  private void name(Section section, Value value, List<String> names) {
    if (!(value instanceof Value.Text text) || !text.text().matches(NAME)) {
      findings.error(
          value.position(),
          (value instanceof Value.Text it ? Shown.text(it.text()) : "what stands there")
              + " in `by` of "
              + section.title()
              + " is no name of a user or group: up to 64 letters, digits, `.`, `_` and `-`");
    } else if (names.contains(text.text())) {
      findings.warning(
          value.position(),
          Shown.text(text.text()) + " stands twice in `by` of " + section.title());
    } else {
      names.add(text.text());
    }
  }

  /** Rounded up, so that nothing that goes by it is early. */
  private static long seconds(Duration time) {
    return time.plusMillis(999).toSeconds();
  }
}
