package dev.metronome.pipeline.operation;

import dev.metronome.pipeline.execute.OperationFailedException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The configuration of chef-solo, which is Ruby. Values are data in it, never code. */
final class SoloConfiguration {

  private static final Pattern KEY = Pattern.compile("[a-z_][A-Za-z0-9_]*");
  private static final Pattern SYMBOL = Pattern.compile(":[A-Za-z_][A-Za-z0-9_]*[?!]?");

  private SoloConfiguration() {}

  /**
   * @param pattern name of the pattern, for the name of Chef's log
   * @param folder of the pattern, absolute: Chef has another idea of what is relative
   * @param own of the task file, winning over the usual ones
   */
  static String of(String pattern, Path folder, Map<String, Object> own) {
    Map<String, Object> all = usual(pattern, folder);
    all.putAll(own);
    return all.entrySet().stream()
        .map(each -> key(each.getKey()) + " " + ruby(each.getValue()) + "\n")
        .collect(Collectors.joining());
  }

  private static Map<String, Object> usual(String pattern, Path folder) {
    Map<String, Object> usual = new LinkedHashMap<>();
    usual.put("ssl_verify_mode", ":verify_peer");
    usual.put("log_level", ":info");
    usual.put("role_path", List.of(below(folder, "roles")));
    usual.put(
        "cookbook_path", List.of(below(folder, "cookbooks"), below(folder, "site-cookbooks")));
    usual.put("log_location", below(folder, "logs/" + pattern + "_chef-solo.log"));
    usual.put("file_cache_path", below(folder, "tmp/cache"));
    return usual;
  }

  private static String below(Path folder, String name) {
    return folder.resolve(name).toString();
  }

  private static String key(String key) {
    if (!KEY.matcher(key).matches()) {
      throw new OperationFailedException(
          "`configurations` of `chef` has a key that is no name in Ruby: `" + key + "`");
    }
    return key;
  }

  private static String ruby(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(SoloConfiguration::ruby).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(each -> quoted(each.getKey()) + " => " + ruby(each.getValue()))
          .collect(Collectors.joining(", ", "{ ", " }"));
    }
    if (value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    String text = value == null ? "nil" : value.toString();
    return value == null || SYMBOL.matcher(text).matches() ? text : quoted(text);
  }

  /** In single quotes, where Ruby knows no other escapes than these two. */
  private static String quoted(Object text) {
    return "'" + text.toString().replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
