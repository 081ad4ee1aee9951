package dev.metronome.model.schedule;

import dev.metronome.model.record.Reason;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code retry} of a task. */
final class RetryReader {
  private static final int MOST_ATTEMPTS = 100;
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Duration BACKOFF = Duration.ofSeconds(10);
  private static final Duration MOST = Duration.ofMinutes(5);
  private static final Set<String> KEYS = Set.of("on", "attempts", "backoff", "most");
  private static final Map<String, Reason> FAILURES =
      Map.of("error", Reason.FAILED, "timeout", Reason.TIMEOUT);

  private final OperationReader operations;
  private final Findings findings;

  RetryReader(OperationReader operations, Findings findings) {
    this.operations = operations;
    this.findings = findings;
  }

  /**
   * @param list the task's operations, which must all be such as may run again
   */
  Retry read(Section task, List<Operation> list) {
    Optional<Value.Mapping> mapping =
        task.mapping("retry", "a mapping such as `{attempts: 3, backoff: 10s}`");
    if (mapping.isEmpty()) {
      return Retry.NEVER;
    }
    String title = "`retry` of " + task.title();
    Section section = new Section(mapping.get(), title, findings).allow(KEYS);
    if (!section.has("attempts")) {
      findings.error(
          task.position("retry"), title + " says no `attempts`: how often it is tried in all");
    }
    Optional<Integer> attempts =
        section.integer("attempts", 2, MOST_ATTEMPTS, "a number between 2 and " + MOST_ATTEMPTS);
    Optional<Duration> backoff = section.duration("backoff", Duration.ZERO, LONGEST);
    Optional<Duration> most = section.duration("most", Duration.ZERO, LONGEST);
    list.forEach(it -> mayRunTwice(task, it));
    return new Retry(
        on(section), attempts.orElse(2), backoff.orElse(BACKOFF), longest(section, backoff, most));
  }

  /** Never less than the back-off, which would be a file that contradicts itself. */
  private Duration longest(Section section, Optional<Duration> backoff, Optional<Duration> most) {
    Duration first = backoff.orElse(BACKOFF);
    Duration longest = most.orElse(MOST);
    if (longest.compareTo(first) >= 0) {
      return longest;
    }
    if (most.isPresent()) {
      findings.error(
          section.position("most"),
          "`most` of "
              + section.title()
              + " is "
              + longest.toSeconds()
              + " s, less than its `backoff` of "
              + first.toSeconds()
              + " s");
    }
    return first;
  }

  private Set<Reason> on(Section section) {
    Set<Reason> on = EnumSet.noneOf(Reason.class);
    Optional<List<Value>> list = section.list("on", "a list of `error` and `timeout`");
    list.filter(List::isEmpty)
        .ifPresent(
            it ->
                findings.error(
                    section.position("on"),
                    "`on` of "
                        + section.title()
                        + " is empty; it needs `error`, `timeout` or both"));
    list.orElse(List.of()).forEach(it -> failure(it, section).ifPresent(on::add));
    return on.isEmpty() ? Set.copyOf(FAILURES.values()) : on;
  }

  private Optional<Reason> failure(Value value, Section section) {
    String written = value instanceof Value.Text text ? text.text() : value.kind();
    Optional<Reason> reason = Optional.ofNullable(FAILURES.get(written));
    if (reason.isEmpty() && value.usable()) {
      findings.error(
          value.position(),
          Shown.text(written)
              + " in `on` of "
              + section.title()
              + " is neither `error` nor `timeout`"
              + Nearest.hint(written, new TreeSet<>(FAILURES.keySet()), ""));
    }
    return reason;
  }

  private void mayRunTwice(Section task, Operation operation) {
    if (!operations.retryable(operation)) {
      findings.error(
          operation.position(),
          task.title()
              + " has `retry`, but "
              + Shown.text(operation.type())
              + " must not run twice; move it to a task of its own");
    }
  }
}
