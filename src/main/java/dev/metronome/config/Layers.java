package dev.metronome.config;

import dev.metronome.base.encoding.NativeText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values while they are being gathered, lowest precedence first. One thread. */
final class Layers {
  private final Map<String, SettingValue> values = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();

  /** Starts with every setting at its default. */
  Layers() {
    Settings.all()
        .forEach(s -> values.put(s.key(), new SettingValue(s.defaultValue(), Origin.DEFAULT)));
  }

  /**
   * Replaces what is there.
   *
   * @throws ConfigurationException if {@code text} cannot be that setting's value
   */
  void put(String key, String text, Origin origin) {
    Setting setting = Settings.of(key);
    if (origin.source() == Origin.Source.ENVIRONMENT && NativeText.isDamaged(text)) {
      throw new ConfigurationException(origin.place() + ": `" + key + "` is not UTF-8");
    }
    setting
        .problem(text)
        .ifPresent(
            problem -> {
              throw new ConfigurationException(origin.place() + ": `" + key + "` " + problem);
            });
    values.put(key, new SettingValue(text, origin));
  }

  /** The same, unless something of a higher source is there already. */
  void putBelow(String key, String text, Origin origin) {
    if (!isAbove(key, origin.source())) {
      put(key, text, origin);
    }
  }

  /** Whether the value in force comes from a higher source. */
  boolean isAbove(String key, Origin.Source source) {
    return get(key).origin().source().compareTo(source) > 0;
  }

  SettingValue get(String key) {
    return values.get(key);
  }

  void warn(String sentence) {
    warnings.add(sentence);
  }

  Map<String, SettingValue> values() {
    return values;
  }

  List<String> warnings() {
    return warnings;
  }
}
