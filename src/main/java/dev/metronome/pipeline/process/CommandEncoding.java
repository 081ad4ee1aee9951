package dev.metronome.pipeline.process;

import dev.metronome.base.encoding.NativeText;
import dev.metronome.base.encoding.ProcessText;
import dev.metronome.pipeline.process.ProcessOutcome.NotStarted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Refuses a command of which something would reach it altered, and names what. */
final class CommandEncoding {
  private final NativeText text;

  CommandEncoding(NativeText text) {
    this.text = text;
  }

  /** Whether a variable is the process's own, unchanged: its bytes are passed on as they are. */
  static boolean isInherited(String name, String value) {
    return value.equals(ProcessText.environment().get(name));
  }

  /** What of the command cannot be handed on, if there is something; never its value. */
  Optional<NotStarted> obstacle(ProcessCommand command, Map<String, String> environment) {
    return unholdable(command, environment)
        .map(what -> new NotStarted(NotStarted.REFUSED, what + " " + text.objection()));
  }

  private Optional<String> unholdable(ProcessCommand command, Map<String, String> environment) {
    String directory = command.directory().toString();
    if (!text.holds(directory) || NativeText.isDamaged(directory)) {
      return Optional.of("the directory " + directory);
    }
    List<String> argv = command.argv();
    for (int place = 0; place < argv.size(); place++) {
      if (!text.holds(argv.get(place))) {
        return Optional.of(place == 0 ? "the program's name" : "argument " + place);
      }
    }
    return new TreeMap<>(environment)
        .entrySet().stream()
            .filter(it -> !text.holds(it.getValue()) && !isInherited(it.getKey(), it.getValue()))
            .map(it -> "the variable " + it.getKey())
            .findFirst();
  }
}
