package dev.metronome.model.schedule;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;

/**
 * The section {@code environments} at work: {@code $NAME} and <code>${NAME}</code> in a value stand
 * for the process's environment, an unset name for nothing, as in a shell; then templates are
 * resolved. What a template brings is not looked at again, so a {@code $} in it stays.
 */
public final class Environments {
  private static final java.util.regex.Pattern REFERENCE =
      java.util.regex.Pattern.compile(
          "\\$(?:\\{([A-Za-z_][A-Za-z0-9_]*)}|([A-Za-z_][A-Za-z0-9_]*))");

  private Environments() {}

  /**
   * The names with their final values.
   *
   * @param written names and values as {@link Pattern#environments}
   * @param process the environment of this process
   * @return in the order of the file
   * @throws VariableCycleException see {@link Variables#resolve(String)}
   */
  public static Map<String, String> resolve(
      Map<String, String> written, Map<String, String> process, Variables variables) {
    Map<String, String> resolved = new LinkedHashMap<>();
    written.forEach((name, value) -> resolved.put(name, variables.resolve(expand(value, process))));
    return resolved;
  }

  private static String expand(String value, Map<String, String> process) {
    Matcher matcher = REFERENCE.matcher(value);
    return matcher.replaceAll(
        it -> {
          String name = it.group(1) != null ? it.group(1) : it.group(2);
          return Matcher.quoteReplacement(process.getOrDefault(name, ""));
        });
  }
}
