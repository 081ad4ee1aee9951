package dev.metronome.model.schedule;

import dev.metronome.model.record.Share;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code run_on} of a step.
 *
 * @param share how many nodes; absent if it says nothing, or names a holder
 * @param holder the key whose holder it names
 */
record RunOnReader(Optional<Share> share, Optional<String> holder) {
  private static final int MAX_KEY = 512;

  static RunOnReader read(Section step, Findings findings) {
    if (step.value("run_on").orElse(null) instanceof Value.Mapping mapping) {
      Section section = new Section(mapping, "`run_on` of " + step.title(), findings);
      return new RunOnReader(Optional.empty(), holder(section.allow(Set.of("holder")), findings));
    }
    return new RunOnReader(step.share("run_on", 1), Optional.empty());
  }

  private static Optional<String> holder(Section section, Findings findings) {
    if (!section.has("holder")) {
      findings.error(
          section.mapping().position(), section.title() + " names no `holder`, a key of Consul's");
    }
    return section.text("holder").filter(it -> isKey(it, section, findings));
  }

  private static boolean isKey(String key, Section section, Findings findings) {
    boolean fits =
        !key.isBlank()
            && key.length() <= MAX_KEY
            && !key.startsWith("/")
            && !key.contains("{{")
            && key.codePoints().noneMatch(Shown::disturbs);
    if (!fits) {
      findings.error(
          section.value("holder").orElseThrow().position(),
          Shown.text("holder: " + key)
              + " in "
              + section.title()
              + " is no key of Consul's: up to "
              + MAX_KEY
              + " characters, no slash at the beginning, no template");
    }
    return fits;
  }
}
