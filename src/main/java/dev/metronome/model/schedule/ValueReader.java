package dev.metronome.model.schedule;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;

/**
 * Builds the values of a file from YAML events. It works on events rather than on composed nodes,
 * because those have aliases and merge keys resolved already, and so that the limits hold before
 * anything has been built. Not thread-safe, for one file.
 */
final class ValueReader {
  /** Mappings and lists inside each other; real files have at most six or so. */
  static final int MAX_DEPTH = 20;

  /** Scalars, lists and mappings; keys do not count. */
  static final int MAX_VALUES = 10_000;

  private final TaskFile file;
  private final Findings findings;
  private final Iterator<Event> events;
  private Event last;
  private int values;

  ValueReader(TaskFile file, Findings findings) {
    this.file = file;
    this.findings = findings;
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(TaskFile.MAX_BYTES + 1);
    Yaml yaml = new Yaml(new SafeConstructor(options));
    this.events = yaml.parse(new StringReader(file.text())).iterator();
  }

  /**
   * The value of the only document; nothing if there is none, absent if it cannot be understood.
   */
  Optional<Value> read() {
    try {
      return document();
    } catch (MarkedYAMLException e) {
      SyntaxError error = SyntaxError.of(e, last, file);
      findings.error(error.position(), error.message());
    } catch (LimitException e) {
      findings.error(e.position, e.getMessage());
    }
    return Optional.empty();
  }

  private Optional<Value> document() {
    Optional<Value> root = Optional.empty();
    while (events.hasNext()) {
      Event event = next();
      if (event instanceof DocumentStartEvent && root.isPresent()) {
        findings.error(at(event), "a second document starts here; only one per file is allowed");
        return root;
      }
      if (event instanceof NodeEvent) {
        root = Optional.of(value(event, 1, ""));
      }
    }
    if (root.isEmpty()) {
      Position start = Position.startOf(file.path());
      return Optional.of(new Value.Text("", Value.Quoting.PLAIN, start));
    }
    return root;
  }

  private Value value(Event event, int depth, String owner) {
    count(event, depth);
    if (event instanceof AliasEvent) {
      findings.error(at(event), "YAML aliases are not supported here; write the value out");
      return new Value.Unusable(at(event));
    }
    Optional<String> refusal = Unsupported.in(event);
    refusal.ifPresent(it -> findings.error(at(event), it));
    Value value = undecorated(event, depth, owner);
    return refusal.isPresent() ? new Value.Unusable(at(event)) : value;
  }

  private Value undecorated(Event event, int depth, String owner) {
    if (event instanceof ScalarEvent scalar) {
      Value.Quoting quoting = scalar.isPlain() ? Value.Quoting.PLAIN : Value.Quoting.QUOTED;
      if (scalar.getValue().indexOf('\0') >= 0) {
        findings.error(at(event), "NUL is not allowed in a text");
        return new Value.Unusable(at(event));
      }
      return new Value.Text(scalar.getValue(), quoting, at(event), reshaping(scalar));
    }
    return event.is(Event.ID.SequenceStart)
        ? sequence(event, depth, owner)
        : mapping(event, depth, owner);
  }

  private Value.Reshaping reshaping(ScalarEvent scalar) {
    Mark start = scalar.getStartMark();
    Mark end = scalar.getEndMark();
    boolean block = scalar.isFolded();
    int from = start.getLine() + (block ? 2 : 1);
    int to = block ? end.getLine() : end.getLine() + 1;
    int lines = scalar.isLiteral() || to <= from ? 0 : file.linesWithText(from, to);
    boolean joined = lines > scalar.getValue().lines().filter(it -> !it.isBlank()).count();
    return new Value.Reshaping(
        joined ? lines : 0,
        scalar.isPlain() ? file.comment(end.getLine() + 1, end.getColumn()) : Optional.empty());
  }

  private Value sequence(Event start, int depth, String owner) {
    List<Value> items = new ArrayList<>();
    for (Event event = next(); !event.is(Event.ID.SequenceEnd); event = next()) {
      items.add(value(event, depth + 1, owner));
    }
    return new Value.Sequence(items, at(start));
  }

  private Value mapping(Event start, int depth, String owner) {
    Map<String, Value.Entry> entries = new LinkedHashMap<>();
    boolean whole = true;
    for (Event event = next(); !event.is(Event.ID.MappingEnd); event = next()) {
      Position position = at(event);
      Optional<String> key = key(event, depth, owner);
      Value value = value(next(), depth + 1, key.orElse(""));
      whole &= key.isPresent();
      key.ifPresent(it -> enter(entries, new Value.Entry(it, position, value), owner));
    }
    return entries.isEmpty() && !whole
        ? new Value.Unusable(at(start))
        : new Value.Mapping(entries, at(start));
  }

  private void enter(Map<String, Value.Entry> entries, Value.Entry entry, String owner) {
    Value.Entry first = entries.putIfAbsent(entry.key(), entry);
    if (first != null) {
      String place = owner.isEmpty() ? "at the top level" : "under " + Shown.text(owner);
      findings.error(
          entry.position(),
          "%s is defined twice %s (first at line %d)"
              .formatted(Shown.text(entry.key()), place, first.position().line()));
    }
  }

  private Optional<String> key(Event event, int depth, String owner) {
    if (!(event instanceof ScalarEvent scalar)) {
      value(event, depth + 1, owner);
      findings.error(
          at(event),
          file.startsAt(at(event), "{")
              ? "a value that starts with `{{` must be in quotes, else YAML reads a mapping"
              : "a key must be text");
      return Optional.empty();
    }
    Optional<String> refusal = Unsupported.inKey(scalar);
    refusal.ifPresent(it -> findings.error(at(event), it));
    return refusal.isPresent() ? Optional.empty() : Optional.of(scalar.getValue());
  }

  private void count(Event event, int depth) {
    values++;
    if (depth > MAX_DEPTH) {
      throw new LimitException(
          at(event), "values are nested more than " + MAX_DEPTH + " deep; is this a task file?");
    }
    if (values > MAX_VALUES) {
      throw new LimitException(
          at(event),
          "the file has more than " + Shown.number(MAX_VALUES) + " values; is this a task file?");
    }
  }

  private Event next() {
    last = events.next();
    return last;
  }

  private Position at(Event event) {
    Mark mark = event.getStartMark();
    return new Position(file.path(), mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** The end of reading: what follows is not worth the time. */
  private static final class LimitException extends RuntimeException {
    private final transient Position position;

    LimitException(Position position, String message) {
      super(message, null, false, false);
      this.position = position;
    }
  }
}
