package dev.metronome.model.schedule;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Names and values for {@code {{name}}} in texts, from several sources with a fixed precedence: see
 * {@link VariableSource}. Immutable.
 *
 * <p><i>Guarantees:</i> a reference is replaced again and again until nothing changes; an unknown
 * name stays as it is, but one of a setting that there is not, {@code config.KEY}, is replaced by
 * nothing; values of a {@linkplain VariableSource#foreign foreign} source are inserted as they are
 * and never read as templates, nor as part of one, so that an event's parameter cannot reach {@code
 * {{config.token}}}.
 *
 * <p><i>Does not guarantee</i> that a resolved text is safe in a shell script: use {@link
 * #withoutForeign} for script text and hand foreign values over as environment variables.
 */
public final class Variables {
  private static final Variables NONE = new Variables(Map.of());

  private final Map<VariableSource, Map<String, String>> values;

  private Variables(Map<VariableSource, Map<String, String>> values) {
    this.values = values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Variables variables && values.equals(variables.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** No variables at all. */
  public static Variables none() {
    return NONE;
  }

  /** These, with further ones; of two with one name and source the new one wins. */
  public Variables with(VariableSource source, Map<String, String> more) {
    Map<VariableSource, Map<String, String>> all = new EnumMap<>(VariableSource.class);
    all.putAll(values);
    Map<String, String> merged = new LinkedHashMap<>(all.getOrDefault(source, Map.of()));
    merged.putAll(more);
    all.put(source, merged);
    return new Variables(all);
  }

  /** These, with others in the place of all of one source. */
  public Variables replacing(VariableSource source, Map<String, String> others) {
    Map<VariableSource, Map<String, String>> all = new EnumMap<>(VariableSource.class);
    all.putAll(values);
    all.put(source, new LinkedHashMap<>(others));
    return new Variables(all);
  }

  /** Only those that come from this agent's own files and options. */
  public Variables withoutForeign() {
    Map<VariableSource, Map<String, String>> own = new EnumMap<>(VariableSource.class);
    own.putAll(values);
    own.keySet().removeIf(VariableSource::foreign);
    return new Variables(own);
  }

  /** Only those whose names are not among these; a template that names another stays as it is. */
  public Variables without(Predicate<String> names) {
    Map<VariableSource, Map<String, String>> rest = new EnumMap<>(VariableSource.class);
    values.forEach(
        (source, layer) -> {
          Map<String, String> kept = new LinkedHashMap<>(layer);
          kept.keySet().removeIf(names);
          rest.put(source, kept);
        });
    return new Variables(rest);
  }

  /** The value as it was given, templates in it not resolved. */
  public Optional<String> value(String name) {
    return source(name).map(it -> values.get(it).get(name));
  }

  /** Where the value in force comes from. */
  public Optional<VariableSource> source(String name) {
    VariableSource winner = null;
    for (Map.Entry<VariableSource, Map<String, String>> layer : values.entrySet()) {
      boolean closed = name.startsWith("config.") && layer.getKey() != VariableSource.CONFIG;
      if (!closed && layer.getValue().containsKey(name)) {
        winner = layer.getKey();
      }
    }
    return Optional.ofNullable(winner);
  }

  /** Whether it is none of the settings, which are known here. */
  boolean isUnsetSetting(String name) {
    return name.startsWith(VariableSource.CONFIG_PREFIX)
        && source(name).isEmpty()
        && values.getOrDefault(VariableSource.CONFIG, Map.of()).keySet().stream()
            .anyMatch(it -> it.startsWith(VariableSource.CONFIG_PREFIX));
  }

  /** All names, sorted. */
  public SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>();
    values.values().forEach(it -> names.addAll(it.keySet()));
    return names;
  }

  /**
   * The text with its templates replaced.
   *
   * @throws VariableCycleException if that would never be done
   */
  public String resolve(String text) {
    return new Templates(this).resolve(text);
  }

  /**
   * A Map, List or String with the templates in all its texts replaced; keys of maps stay, and so
   * does what is neither.
   *
   * @throws VariableCycleException if that would never be done
   */
  public Object resolve(Object value) {
    return new Templates(this).resolve(value);
  }

  /**
   * The words of the text with its templates replaced. White space in {@linkplain
   * VariableSource#foreign foreign} values parts no words.
   *
   * @throws VariableCycleException if that would never be done
   */
  public List<String> words(String text) {
    return new Templates(this).words(text);
  }
}
