package dev.metronome.model.schedule;

import dev.metronome.base.filter.FilterExpression;
import dev.metronome.base.filter.FilterSyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code service} and {@code tag}, on their own or under {@code filter}, and an expression of
 * Consul's own as {@code filter} beside them.
 */
final class FilterReader {
  private static final int MAX_LENGTH = 1_000;
  private static final String MAPPING = "a mapping of `service` and `tag`";

  /** What Consul's health of a service consists of, in its newest versions. */
  private static final Map<String, Set<String>> KNOWN =
      Map.of(
          "Node",
          Set.of(
              "ID",
              "Node",
              "Address",
              "Datacenter",
              "TaggedAddresses",
              "Meta",
              "Partition",
              "PeerName",
              "Locality",
              "CreateIndex",
              "ModifyIndex"),
          "Service",
          Set.of(
              "Kind",
              "ID",
              "Service",
              "Tags",
              "Address",
              "TaggedAddresses",
              "Meta",
              "Port",
              "Ports",
              "SocketPath",
              "Weights",
              "EnableTagOverride",
              "Proxy",
              "Connect",
              "Namespace",
              "Partition",
              "PeerName",
              "Locality",
              "CreateIndex",
              "ModifyIndex"),
          "Checks",
          Set.of(
              "Node",
              "CheckID",
              "Name",
              "Status",
              "Notes",
              "Output",
              "ServiceID",
              "ServiceName",
              "ServiceTags",
              "Type",
              "Interval",
              "Timeout",
              "ExposedPort",
              "Definition",
              "Namespace",
              "Partition",
              "PeerName",
              "CreateIndex",
              "ModifyIndex"));

  private FilterReader() {}

  /**
   * The filter of a step, if it has one.
   *
   * @param title of the step, for messages
   */
  static Optional<Filter> read(Section section, String title, Findings findings) {
    if (section.value("filter").orElse(null) instanceof Value.Text written) {
      Optional<String> expression = expression(written, title, findings);
      Optional<Filter> beside = direct(section, title, findings);
      return expression
          .map(
              it ->
                  new Filter(
                      beside.flatMap(Filter::service), beside.flatMap(Filter::tag), expression))
          .or(() -> beside);
    }
    return readNested(section, title, MAPPING + ", or an expression of Consul's", findings);
  }

  private static Optional<String> expression(Value.Text written, String title, Findings findings) {
    String about = "`filter` of " + title;
    if (written.text().length() > MAX_LENGTH) {
      findings.error(
          written.position(),
          about
              + " has "
              + Shown.number(written.text().length())
              + " characters (limit "
              + Shown.number(MAX_LENGTH)
              + ")");
      return Optional.empty();
    }
    if (written.text().contains("{{")) {
      findings.error(
          written.position(), about + " takes no templates; write the values into the expression");
      return Optional.empty();
    }
    try {
      FilterExpression.parse(written.text())
          .selectors()
          .forEach(it -> known(it, written.position(), about, findings));
      notNewer(written, about, findings);
      return Optional.of(written.text());
    } catch (FilterSyntaxException e) {
      findings.error(
          written.position(),
          about
              + " is no filter expression of Consul's: "
              + e.getMessage()
              + (written.text().matches("[\\w.-]+") ? "; did you mean `service`?" : ""));
      return Optional.empty();
    }
  }

  /** What only newer versions of Consul read may be right. */
  private static void notNewer(Value.Text written, String about, Findings findings) {
    try {
      FilterExpression.parseFirst(written.text());
    } catch (FilterSyntaxException e) {
      findings.warning(
          written.position(),
          about
              + " is one that Consul 1.8 to 1.16 cannot read: for them "
              + e.getMessage()
              + "; if yours cannot, the event ends as error; `metronome plan` asks it");
    }
  }

  /** Which fields there are depends on Consul's version; in what they stand, does not. */
  private static void known(
      FilterExpression.Selector selector, Position position, String about, Findings findings) {
    List<String> path = selector.path();
    Set<String> fields = KNOWN.get(path.get(0));
    if (fields == null) {
      findings.error(
          position,
          about
              + " looks at "
              + Shown.text(selector.toString())
              + ", which begins with none of Checks, Node and Service"
              + Nearest.hint(path.get(0), KNOWN.keySet()));
    } else if (path.size() > 1 && !fields.contains(path.get(1))) {
      findings.warning(
          position,
          about
              + " looks at "
              + Shown.text(selector.toString())
              + ", which Consul may not know; if so, the event ends as error"
              + Nearest.hint(path.get(1), fields));
    }
  }

  private static Optional<Filter> readNested(
      Section section, String title, String expected, Findings findings) {
    Optional<Value.Mapping> nested = section.mapping("filter", expected);
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
      readNested(section, title, MAPPING, findings);
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
    return service.map(it -> new Filter(service, tag, Optional.empty()));
  }

  private static Optional<String> name(Section section, String key, Findings findings) {
    return section
        .text(key)
        .filter(it -> !it.isEmpty())
        .filter(it -> Names.check(key, it, section.position(key), findings));
  }
}
