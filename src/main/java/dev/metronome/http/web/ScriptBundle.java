package dev.metronome.http.web;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Modules of JavaScript as one, so that a browser asks once: each becomes a function that is called
 * after those that it imports, and whose result is what it exports.
 *
 * <p><em>Guarantees</em>: what it does not understand it refuses. It knows imports of names and of
 * whole modules, exports of functions, classes and constants, and of names; a variable cannot be
 * exported, since who imports it would not see it change. Comments on lines of their own are left
 * out, but for licences.
 */
final class ScriptBundle {
  /** On lines of its own; a licence is none of these. */
  private static final Pattern COMMENT =
      Pattern.compile(
          "^[ \\t]*(?://.*|/\\*\\*(?:(?!@license|\\*/)[\\s\\S])*\\*/[ \\t]*)\\n",
          Pattern.MULTILINE);

  private static final Pattern IMPORT =
      Pattern.compile(
          "(?:^|(?<=;))import\\s*(?:\\*\\s*as\\s+([\\w$]+)|\\{([^}]*)\\})\\s*from\\s*['\"]([^'\"]+)['\"];",
          Pattern.MULTILINE);
  private static final Pattern PASSED_ON =
      Pattern.compile("^export \\{([^}]*)\\} from '([^']+)';", Pattern.MULTILINE);
  private static final Pattern LIST =
      Pattern.compile("(?:^|(?<=[;}]))export\\s*\\{([^}]*)\\};", Pattern.MULTILINE);
  private static final Pattern DECLARED =
      Pattern.compile(
          "^export ((?:async function|function|class|const) ([\\w$]+))", Pattern.MULTILINE);
  private static final Pattern LEFT =
      Pattern.compile("^\\s*(?:import|export)\\b.*", Pattern.MULTILINE);

  private final UnaryOperator<String> source;

  /** Names of what is in, in the order in which they run. */
  private final Map<String, String> names = new LinkedHashMap<>();

  private final List<String> open = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();

  private ScriptBundle(UnaryOperator<String> source) {
    this.source = source;
  }

  /**
   * @param source gives the text of a module, by its path
   * @throws IllegalStateException if there is something that it does not understand
   */
  static String of(String entry, UnaryOperator<String> source) {
    ScriptBundle bundle = new ScriptBundle(source);
    bundle.name(entry);
    return bundle.text.toString();
  }

  /** What stands for a module, which is taken in now unless it was. */
  private String name(String module) {
    String known = names.get(module);
    if (known != null) {
      return known;
    }
    if (open.contains(module)) {
      throw new IllegalStateException(module + " imports itself, by " + open);
    }
    open.add(module);
    take(module);
    open.remove(module);
    return names.get(module);
  }

  private void take(String module) {
    Map<String, String> exported = new LinkedHashMap<>();
    String code = COMMENT.matcher(source.apply(module)).replaceAll("");
    String body = replaced(IMPORT, code, found -> imported(module, found));
    body = replaced(PASSED_ON, body, found -> passedOn(module, found, exported));
    body = replaced(LIST, body, found -> listed(found, exported));
    body =
        replaced(
            DECLARED,
            body,
            found -> {
              exported.put(found.group(2), found.group(2));
              return found.group(1);
            });
    Matcher left = LEFT.matcher(body);
    if (left.find()) {
      throw new IllegalStateException(module + " has what is not understood: " + left.group());
    }
    String name = "module" + names.size();
    text.append("const ").append(name).append(" = (() => {\n").append(body).append("\nreturn {");
    exported.forEach((out, in) -> text.append(out).append(": ").append(in).append(", "));
    text.append("};\n})();\n");
    names.put(module, name);
  }

  private static String replaced(Pattern what, String text, Function<MatchResult, String> by) {
    return what.matcher(text).replaceAll(found -> Matcher.quoteReplacement(by.apply(found)));
  }

  private String imported(String module, MatchResult found) {
    String from = name(resolved(module, found.group(3)));
    return found.group(1) != null
        ? "const " + found.group(1) + " = " + from + ";"
        : "const {" + renamed(found.group(2)) + "} = " + from + ";";
  }

  private String passedOn(String module, MatchResult found, Map<String, String> exported) {
    String from = name(resolved(module, found.group(2)));
    pairs(found.group(1)).forEach(pair -> exported.put(pair[1], from + "." + pair[0]));
    return "";
  }

  private static String listed(MatchResult found, Map<String, String> exported) {
    pairs(found.group(1)).forEach(pair -> exported.put(pair[1], pair[0]));
    return ";";
  }

  private static String renamed(String list) {
    return pairs(list).map(pair -> pair[0] + ": " + pair[1]).collect(Collectors.joining(", "));
  }

  /** Of {@code a, b as c} the names here and there. */
  private static Stream<String[]> pairs(String list) {
    return Stream.of(list.split(","))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .map(each -> each.contains(" as ") ? each.split(" as ") : new String[] {each, each});
  }

  private static String resolved(String module, String relative) {
    return Path.of(module).resolveSibling(relative).normalize().toString();
  }
}
