package dev.metronome.model.schedule;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a file that is not YAML seems to say of its events, so that none of them is run without the
 * part that the file has in it.
 *
 * <p><i>Does not guarantee</i> to find events that are written in braces.
 */
final class EventNames {
  private static final Pattern SECTION = Pattern.compile("events\\s*:\\s*(#.*)?");
  private static final Pattern KEY =
      Pattern.compile("( +)(?:\"([^\"]+)\"|'([^']+)'|([^\\s\"'#:{\\[-][^:#]*?))\\s*:(?:\\s.*)?");

  private EventNames() {}

  static Set<String> guess(TaskFile file) {
    Set<String> names = new LinkedHashSet<>();
    boolean inside = false;
    int depth = 0;
    for (String line : file.lines()) {
      Matcher key = KEY.matcher(line);
      if (SECTION.matcher(line).matches()) {
        inside = true;
      } else if (!line.isBlank() && !line.startsWith(" ") && !line.startsWith("#")) {
        inside = false;
      } else if (inside && key.matches()) {
        depth = depth == 0 ? key.group(1).length() : depth;
        if (key.group(1).length() == depth) {
          names.add(name(key));
        }
      }
    }
    return names;
  }

  private static String name(Matcher key) {
    for (int group = 2; group < 4; group++) {
      if (key.group(group) != null) {
        return key.group(group);
      }
    }
    return key.group(4);
  }
}
