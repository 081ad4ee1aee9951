package dev.metronome.model.schedule;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Reads the lists {@code operations} and {@code undo} of a task. */
final class OperationReader {
  private final OperationTypes known;
  private final Defaults defaults;
  private final Path directory;
  private final Findings findings;

  OperationReader(OperationTypes known, Defaults defaults, Path directory, Findings findings) {
    this.known = known;
    this.defaults = defaults;
    this.directory = directory;
    this.findings = findings;
  }

  List<Operation> read(Section task, Value.Entry entry) {
    List<Operation> operations = new ArrayList<>();
    int number = 0;
    for (Value item : task.list("operations", "a list of operations").orElse(List.of())) {
      number++;
      operation(item, "operation " + number + " of " + task.title()).ifPresent(operations::add);
    }
    if (number == 0 && entry.value() instanceof Value.Mapping && !unread(task)) {
      findings.warning(entry.position(), task.title() + " has no operations");
    }
    return operations;
  }

  /** What takes the task back; without the key nothing does. */
  List<Operation> undo(Section task) {
    List<Operation> operations = new ArrayList<>();
    int number = 0;
    for (Value item : task.list("undo", "a list of operations").orElse(List.of())) {
      number++;
      operation(item, "operation " + number + " of `undo` of " + task.title())
          .ifPresent(operations::add);
    }
    boolean unread = task.value("undo").filter(it -> !(it instanceof Value.Sequence)).isPresent();
    if (number == 0 && task.mapping().entries().containsKey("undo") && !unread) {
      findings.error(task.position("undo"), "`undo` of " + task.title() + " has no operations");
    }
    return operations;
  }

  /** Whether a retryable task may have the operation. */
  boolean retryable(Operation operation) {
    return known.retryable(operation.type());
  }

  private static boolean unread(Section task) {
    return task.value("operations").map(it -> !(it instanceof Value.Sequence)).orElse(false);
  }

  private Optional<Operation> operation(Value item, String title) {
    if (!(item instanceof Value.Mapping mapping) || mapping.entries().isEmpty()) {
      if (item.usable()) {
        findings.error(
            item.position(), title + " must be a mapping such as `execute: {script: ...}`");
      }
      return Optional.empty();
    }
    if (mapping.entries().size() > 1) {
      findings.error(item.position(), severalTypes(mapping, title));
      return Optional.empty();
    }
    Value.Entry entry = mapping.entries().values().iterator().next();
    return known.names().contains(entry.key()) ? Optional.of(known(entry)) : unknown(entry);
  }

  private String severalTypes(Value.Mapping mapping, String title) {
    List<String> types = new ArrayList<>();
    mapping.entries().keySet().forEach(it -> types.add(Shown.text(it)));
    boolean operations = known.names().containsAll(mapping.entries().keySet());
    String count = types.size() == 2 ? "two types" : types.size() + " types";
    return operations
        ? "%s has %s (%s); write %s list items"
            .formatted(
                title,
                count,
                String.join(", ", types),
                types.size() == 2 ? "two" : String.valueOf(types.size()))
        : "%s has several keys (%s); it needs one, and the arguments are indented below it"
            .formatted(title, String.join(", ", types));
  }

  private Optional<Operation> unknown(Value.Entry entry) {
    findings.error(
        entry.position(),
        "unknown operation "
            + Shown.text(entry.key())
            + "; known: "
            + String.join(", ", new TreeSet<>(known.names())));
    return Optional.empty();
  }

  private Operation known(Value.Entry entry) {
    String type = entry.key();
    Value merged = defaults.under(type, entry.value());
    new Slips(findings).check(type, entry.value());
    Object arguments = PlainValue.of(merged, known.typed(type));
    if (merged.usable()) {
      for (ArgumentProblem problem : known.check(type, arguments, Form.WRITTEN)) {
        findings.add(
            problem.severity(), place(merged, problem.path(), entry.position()), problem.message());
      }
      file(type, merged);
    }
    return new Operation(type, arguments, entry.position());
  }

  private void file(String type, Value arguments) {
    if (type.equals("execute")
        && arguments instanceof Value.Mapping mapping
        && mapping.entries().get("file") != null
        && mapping.entries().get("file").value() instanceof Value.Text file
        && !file.text().contains("{{")
        && !file.text().isBlank()) {
      PatternFile.doubt(directory, file.text())
          .ifPresent(it -> findings.warning(file.position(), it));
    }
  }

  /** Where the argument stands, as far down as the path can be followed. */
  private static Position place(Value value, List<String> path, Position otherwise) {
    Value here = value;
    Position position = otherwise;
    for (String step : path) {
      if (here instanceof Value.Mapping mapping && mapping.entries().containsKey(step)) {
        Value.Entry entry = mapping.entries().get(step);
        here = entry.value();
        position = here.isNothing() ? entry.position() : here.position();
      } else if (here instanceof Value.Mapping mapping && mapping.entries().isEmpty()) {
        return position;
      }
    }
    return position;
  }
}
