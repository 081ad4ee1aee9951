package dev.metronome.model.schedule;

import dev.metronome.model.record.HealthGate;
import dev.metronome.model.record.Share;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Reads {@code health} of a step. */
final class HealthReader {
  private static final Set<String> KEYS = Set.of("for", "within", "keep");
  private static final Duration FOR = Duration.ofSeconds(10);
  private static final Duration WITHIN = Duration.ofMinutes(5);
  private static final Duration LONGEST = Duration.ofDays(1);

  private final Section step;
  private final Findings findings;

  HealthReader(Section step, Findings findings) {
    this.step = step;
    this.findings = findings;
  }

  Optional<HealthGate> read() {
    return step.mapping("health", "a mapping such as `{for: 10s, within: 5m, keep: \"50%\"}`")
        .flatMap(it -> gate(new Section(it, "`health` of " + step.title(), findings).allow(KEYS)));
  }

  private Optional<HealthGate> gate(Section section) {
    Duration calm = section.duration("for", Duration.ZERO, LONGEST).orElse(FOR);
    Duration within = section.duration("within", Duration.ofSeconds(1), LONGEST).orElse(WITHIN);
    Optional<Share> keep = section.share("keep", 1);
    keep.ifPresent(share -> canBeKept(section, share));
    if (calm.compareTo(within) > 0) {
      findings.error(
          section.has("for") ? section.position("for") : section.position("within"),
          section.title()
              + " can never be met: `for` is "
              + calm.toSeconds()
              + " s, longer than `within`, which is "
              + within.toSeconds()
              + " s");
      return Optional.empty();
    }
    return Optional.of(new HealthGate(seconds(calm), seconds(within), keep));
  }

  /** Whatever there is: a batch has a node, and the others may be all that there are. */
  private void canBeKept(Section section, Share keep) {
    boolean atOnce = !step.has("serial") && !step.has("spread");
    boolean others = step.has("run_on") || step.has("filter");
    if (keep.equals(new Share(100, true)) || (atOnce && !others)) {
      findings.warning(
          section.position("keep"),
          "`keep` of "
              + section.title()
              + (atOnce && !others
                  ? " needs `serial`: all nodes of the service run at once, so that none is beside"
                      + " them"
                  : " can hardly be met: a batch has at least one node, so that never all are"
                      + " beside it"));
    }
  }

  /** Rounded up, so that nothing that goes by it is early. */
  private static long seconds(Duration time) {
    return time.plusMillis(999).toSeconds();
  }
}
