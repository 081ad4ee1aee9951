package dev.metronome.pipeline.operation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What Chef is to do on this server. */
public final class RunList {

  private static final String KEY = "run_list";
  private static final Pattern TEMPLATE = Pattern.compile("\\{\\{\\s*role\\s*}}");
  private static final Pattern ROLE = Pattern.compile("role\\[(.*)]");

  private RunList() {}

  /**
   * Makes of each entry with {@code {{role}}}, as written, one for role {@code all} and one for
   * each role of this server. For arguments as written: as a variable, that name stands for all of
   * them in one text.
   */
  public static UnaryOperator<Object> forRoles(List<String> roles) {
    List<String> all = Stream.concat(Stream.of("all"), roles.stream()).distinct().toList();
    return arguments -> arguments instanceof Map<?, ?> map ? expanded(map, all) : arguments;
  }

  private static Map<Object, Object> expanded(Map<?, ?> arguments, List<String> roles) {
    Map<Object, Object> result = new HashMap<>(arguments);
    result.computeIfPresent(
        KEY,
        (key, written) ->
            entries(written).stream()
                .flatMap(entry -> roles.stream().map(role -> forRole(entry, role)).distinct())
                .toList());
    return result;
  }

  private static String forRole(String entry, String role) {
    return TEMPLATE.matcher(entry).replaceAll(Matcher.quoteReplacement(role));
  }

  /**
   * The final list: roles without a file are left out.
   *
   * @param folder of the pattern, whose {@code roles/X.json} are the roles that there are
   * @param omitted hears of those left out
   */
  static List<String> of(Map<?, ?> arguments, Path folder, Consumer<String> omitted) {
    List<String> list = new ArrayList<>();
    for (String entry : entries(arguments.get(KEY))) {
      Matcher role = ROLE.matcher(entry);
      if (role.matches() && !Files.isRegularFile(file(folder, role.group(1)))) {
        omitted.accept(entry);
      } else {
        list.add(entry);
      }
    }
    return List.copyOf(list);
  }

  private static Path file(Path folder, String role) {
    return folder.resolve("roles").resolve(role.replaceAll("[/\\x00]", "_") + ".json");
  }

  private static List<String> entries(Object written) {
    if (written instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    return written == null ? List.of() : List.of(String.valueOf(written));
  }
}
