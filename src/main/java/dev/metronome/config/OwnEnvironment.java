package dev.metronome.config;

import dev.metronome.model.schedule.Nearest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The {@code METRONOME_*} variables. One that is set to nothing counts as unset. */
final class OwnEnvironment {
  private static final String PREFIX = "METRONOME_";

  /** What the agent tells the scripts that it runs, which may well call metronome again. */
  private static final Set<String> TOLD_TO_SCRIPTS =
      Set.of("METRONOME_EVENT", "METRONOME_EVENT_ID", "METRONOME_TASK", "METRONOME_ATTEMPT");

  private OwnEnvironment() {}

  static void apply(Map<String, String> environment, Layers layers) {
    for (Setting setting : Settings.all()) {
      String variable = setting.variable();
      String text = environment.getOrDefault(variable, "");
      if (!text.isEmpty()) {
        layers.put(setting.key(), text, new Origin(Origin.Source.ENVIRONMENT, variable));
      }
    }
    List<String> known = Settings.all().stream().map(Setting::variable).toList();
    for (String variable : new TreeSet<>(environment.keySet())) {
      if (isOurs(variable) && !known.contains(variable)) {
        Nearest.to(variable.substring(PREFIX.length()), Settings.keys())
            .map(key -> Settings.of(key).variable())
            .ifPresent(near -> layers.warn(variable + " is ignored; did you mean " + near + "?"));
      }
    }
  }

  private static boolean isOurs(String variable) {
    return variable.startsWith(PREFIX)
        && !variable.startsWith("METRONOME_PARAM_")
        && !variable.equals("METRONOME_CONFIG")
        && !TOLD_TO_SCRIPTS.contains(variable);
  }
}
