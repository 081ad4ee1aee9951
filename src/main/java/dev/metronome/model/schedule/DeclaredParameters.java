package dev.metronome.model.schedule;

import dev.metronome.model.record.Parameter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The parameters that an event takes: those that its patterns declare, together. Without any
 * declaration it takes all.
 *
 * <p><i>Guarantees:</i> no sentence has the value of a parameter in it, since it may be a secret.
 *
 * @param parts one for each pattern that declares some, by name; a part without any declares that
 *     there is none
 */
public record DeclaredParameters(List<Map<String, Parameter>> parts) {
  /** Those of an event that declares nothing. */
  public static final DeclaredParameters ANY = new DeclaredParameters(List.of());

  private static final int MAX_TOLD = 5;

  public DeclaredParameters {
    parts = List.copyOf(parts);
  }

  /** What one pattern declares, in the order of its file. */
  public static DeclaredParameters of(Map<String, Parameter> declared) {
    return new DeclaredParameters(
        List.of(Collections.unmodifiableMap(new LinkedHashMap<>(declared))));
  }

  /** The same, with what another pattern declares of the same event. */
  public DeclaredParameters and(DeclaredParameters other) {
    List<Map<String, Parameter>> all = new ArrayList<>(parts);
    all.addAll(other.parts);
    return new DeclaredParameters(all);
  }

  /** Whether nothing is declared, so that every parameter is taken. */
  public boolean isAny() {
    return parts.isEmpty();
  }

  /** Each once, in the order of the patterns; of two declarations the first that says something. */
  public Map<String, Parameter> all() {
    Map<String, Parameter> all = new LinkedHashMap<>();
    parts.forEach(
        part -> part.forEach((name, it) -> all.merge(name, it, DeclaredParameters::both)));
    return Collections.unmodifiableMap(all);
  }

  private static Parameter both(Parameter one, Parameter other) {
    return new Parameter(
        one.required() || other.required(),
        one.pattern().or(other::pattern),
        one.description().or(other::description));
  }

  /** Why an event that comes with these is not taken; a sentence without a beginning. */
  public Optional<String> objection(Map<String, String> params) {
    List<String> objections = objections(params);
    int more = objections.size() - MAX_TOLD;
    return objections.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.join("; ", objections.subList(0, Math.min(MAX_TOLD, objections.size())))
                + (more > 0 ? "; and " + more + " more" : ""));
  }

  private List<String> objections(Map<String, String> params) {
    List<String> objections = new ArrayList<>();
    Map<String, Parameter> all = all();
    if (!isAny()) {
      new TreeSet<>(params.keySet())
          .stream().filter(it -> !all.containsKey(it)).forEach(it -> objections.add(unknown(it)));
    }
    all.forEach(
        (name, it) -> {
          if (it.required() && !params.containsKey(name)) {
            objections.add("parameter " + Shown.text(name) + " is missing" + about(it));
          }
        });
    for (Map<String, Parameter> part : parts) {
      part.forEach((name, it) -> mismatch(name, it, params.get(name)).ifPresent(objections::add));
    }
    return objections;
  }

  private String unknown(String name) {
    String declared = String.join(", ", new TreeSet<>(all().keySet()));
    String otherwise = declared.isEmpty() ? "; the event takes none" : "; declared: " + declared;
    return "parameter "
        + Shown.text(name)
        + " is not declared"
        + Nearest.hint(name, all().keySet(), otherwise);
  }

  private static Optional<String> mismatch(String name, Parameter declared, String value) {
    return value == null
        ? Optional.empty()
        : declared
            .pattern()
            .filter(it -> !WholeMatch.of(it, value))
            .map(
                it ->
                    "the value of parameter "
                        + Shown.text(name)
                        + " is not as a whole of the pattern "
                        + Shown.text(it)
                        + about(declared));
  }

  private static String about(Parameter declared) {
    return declared.description().map(it -> " (" + Shown.plain(it) + ")").orElse("");
  }
}
