package dev.metronome.model.schedule;

import dev.metronome.base.account.UserSwitch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the entries of the section {@code tasks}. */
final class TaskReader {
  private static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration MAX_TIMEOUT = Duration.ofDays(1);
  private static final int MAX_ATTEMPTS = 100;
  private static final Duration MAX_BACKOFF = Duration.ofHours(1);
  private static final Duration DEFAULT_BACKOFF = Duration.ofSeconds(10);
  private static final Set<String> KEYS =
      Set.of(
          "description",
          "timeout",
          "unreachable",
          "on_lost",
          "retryable",
          "max_attempts",
          "backoff",
          "retry",
          "run_as",
          "filter",
          "service",
          "tag",
          "operations",
          "undo");

  private final OperationReader operations;
  private final Duration timeout;
  private final Findings findings;

  TaskReader(OperationReader operations, Duration timeout, Findings findings) {
    this.operations = operations;
    this.timeout = timeout;
    this.findings = findings;
  }

  /** The timeout of a task or of the defaults. */
  static Optional<Duration> timeout(Section section) {
    return section.duration("timeout", MIN_TIMEOUT, MAX_TIMEOUT);
  }

  TaskDefinition read(Value.Entry entry) {
    Names.check("task", entry.key(), entry.position(), findings);
    Section section = section(entry);
    FilterReader.readForPeople(section, section.title(), findings);
    List<Operation> list = operations.read(section, entry);
    List<Operation> undo = operations.undo(section);
    List<Operation> all = Stream.concat(list.stream(), undo.stream()).toList();
    return new TaskDefinition(
        entry.key(),
        section.text("description").orElse(""),
        timeout(section).orElse(timeout),
        section.unreachable().orElse(Unreachable.FAIL),
        section.onLost().orElse(OnLost.CONTINUE),
        crashRetry(section, all),
        new RetryReader(operations, findings).read(section, all),
        runAs(section),
        list,
        undo,
        entry.position());
  }

  private Section section(Value.Entry entry) {
    String title = "task " + Shown.text(entry.key());
    if (entry.value() instanceof Value.Mapping mapping) {
      return new Section(mapping, title, findings).allow(KEYS, EventReader.IDLE);
    }
    if (entry.value().usable()) {
      findings.error(
          entry.position(),
          title + " must be a mapping with `operations`, found " + entry.value().kind());
    }
    return new Section(new Value.Mapping(Map.of(), entry.position()), title, findings);
  }

  /**
   * Without a value it would mean the agent's user, and so root, to whom somebody else was meant.
   */
  private Optional<String> runAs(Section section) {
    Optional<String> name = section.text("run_as");
    boolean empty = section.mapping().entries().containsKey("run_as") && !section.has("run_as");
    if (empty || name.filter(it -> !UserSwitch.isName(it)).isPresent()) {
      String written = name.map(it -> "run_as: " + it).orElse("run_as:");
      findings.error(
          section.position("run_as"),
          Shown.text(written) + " in " + section.title() + " is not the name of an account");
      return Optional.empty();
    }
    return name;
  }

  private CrashRetry crashRetry(Section section, List<Operation> list) {
    boolean retryable = section.flag("retryable").orElse(false);
    Optional<Integer> attempts =
        section.integer("max_attempts", 1, MAX_ATTEMPTS, "a number between 1 and " + MAX_ATTEMPTS);
    Optional<Duration> backoff = section.duration("backoff", Duration.ZERO, MAX_BACKOFF);
    if (!retryable) {
      withoutEffect(section);
      return CrashRetry.NEVER;
    }
    if (!section.has("max_attempts")) {
      findings.error(
          section.position("retryable"),
          section.title() + " is `retryable` but `max_attempts` is missing");
    }
    list.forEach(it -> mayRunTwice(section, it));
    return new CrashRetry(true, attempts.orElse(1), backoff.orElse(DEFAULT_BACKOFF));
  }

  private void withoutEffect(Section section) {
    for (String key : List.of("max_attempts", "backoff")) {
      if (section.has(key)) {
        findings.warning(
            section.position(key),
            Shown.text(key)
                + " has no effect, since "
                + section.title()
                + " is not `retryable`"
                + (section.has("retry") ? "; `retry` has keys of its own" : ""));
      }
    }
  }

  private void mayRunTwice(Section section, Operation operation) {
    if (!operations.retryable(operation)) {
      findings.error(
          operation.position(),
          section.title()
              + " is `retryable`, but "
              + Shown.text(operation.type())
              + " must not run twice; move it to a task of its own");
    }
  }
}
