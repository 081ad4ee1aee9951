package dev.metronome.model.schedule;

import java.util.Optional;
import java.util.Set;

/** Reads {@code service} and {@code tag}, on their own or under {@code filter}. */
final class FilterReader {
  private FilterReader() {}

  /**
   * The filter of a step, if it has one.
   *
   * @param title of the step, for messages
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

  /**
   * The filter of a task, which nobody but people read: that of a step counts.
   *
   * @param title of the task, for messages
   */
  static void readForPeople(Section section, String title, Findings findings) {
    if (section.has("filter") && (section.has("service") || section.has("tag"))) {
      findings.warning(
          section.position("filter"),
          title + " has both `filter` and `service` or `tag`; neither has an effect there");
    } else {
      read(section, title, findings);
    }
  }

  private static Optional<Filter> direct(Section section, String title, Findings findings) {
    Optional<String> service = name(section, "service", findings);
    Optional<String> tag = name(section, "tag", findings);
    if (tag.isPresent() && !section.has("service")) {
      findings.warning(
          section.position("tag"),
          title
              + " has "
              + Shown.text("tag: " + tag.get())
              + " but no `service`; a tag filters within a service, so that it has no effect:"
              + " every node matches");
    }
    return service.map(it -> new Filter(it, tag));
  }

  private static Optional<String> name(Section section, String key, Findings findings) {
    return section
        .text(key)
        .filter(it -> !it.isEmpty())
        .filter(it -> Names.check(key, it, section.position(key), findings));
  }
}
