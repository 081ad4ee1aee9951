package dev.metronome.schedule;

import java.util.Optional;
import java.util.Set;

/** Reads {@code service} and {@code tag}, on their own or under {@code filter}. */
final class FilterReader {
  private FilterReader() {}

  /**
   * The filter of a step or task, if it has one.
   *
   * @param title of the step or task, for messages
   */
  static Optional<Filter> read(Section section, String title, Findings findings) {
    Optional<Value.Mapping> nested = section.mapping("filter", "a mapping of `service` and `tag`");
    if (nested.isEmpty()) {
      return direct(section, title, findings);
    }
    if (section.has("service") || section.has("tag")) {
      findings.error(
          section.position("filter"),
          title + " has both `filter` and `service` or `tag`; keep one");
    }
    Section filter = new Section(nested.get(), "`filter` of " + title, findings);
    return direct(filter.allow(Set.of("service", "tag")), title, findings);
  }

  private static Optional<Filter> direct(Section section, String title, Findings findings) {
    Optional<String> service = name(section, "service", findings);
    Optional<String> tag = name(section, "tag", findings);
    if (tag.isPresent() && !section.has("service")) {
      findings.error(
          section.position("tag"),
          title
              + " has "
              + Shown.text("tag: " + tag.get())
              + " but no `service`; a tag filters within a service");
    }
    return service.map(it -> new Filter(it, tag));
  }

  private static Optional<String> name(Section section, String key, Findings findings) {
    return section.text(key).filter(it -> Names.check(key, it, section.position(key), findings));
  }
}
