package dev.metronome.agent;

import dev.metronome.model.schedule.Pattern;
import dev.metronome.model.schedule.Schedule;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * In what two schedules differ.
 *
 * @param added names of patterns
 * @param changed names of patterns whose file is another, or stands elsewhere
 * @param removed names of patterns
 * @param variables whether variables.yml says something else
 */
record TaskFileChange(
    List<String> added, List<String> changed, List<String> removed, boolean variables) {

  static TaskFileChange between(Schedule before, Schedule now) {
    return new TaskFileChange(
        now.patterns().stream()
            .map(Pattern::name)
            .filter(name -> before.pattern(name).isEmpty())
            .toList(),
        now.patterns().stream()
            .filter(pattern -> isOther(before.pattern(pattern.name()), pattern))
            .map(Pattern::name)
            .toList(),
        before.patterns().stream()
            .map(Pattern::name)
            .filter(name -> now.pattern(name).isEmpty())
            .toList(),
        !before.variables().equals(now.variables()));
  }

  private static boolean isOther(Optional<Pattern> before, Pattern now) {
    return before
        .filter(
            pattern -> !pattern.digest().equals(now.digest()) || !pattern.file().equals(now.file()))
        .isPresent();
  }

  boolean isEmpty() {
    return added.isEmpty() && changed.isEmpty() && removed.isEmpty() && !variables;
  }

  /** For the log: only what there is. */
  @Override
  public String toString() {
    StringJoiner words = new StringJoiner(" ");
    say(words, "added", added);
    say(words, "changed", changed);
    say(words, "removed", removed);
    if (variables) {
      words.add("variables=changed");
    }
    return words.toString();
  }

  private static void say(StringJoiner words, String what, List<String> names) {
    if (!names.isEmpty()) {
      words.add(what + "=" + names);
    }
  }
}
