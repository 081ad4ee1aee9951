package dev.metronome.model.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;

/**
 * One resolution of the templates in a value. Not thread-safe, for one use.
 *
 * <p>Each variable is expanded once and remembered, so that variables that double each other cost
 * no more than their result, and the result is bounded.
 */
final class Templates {
  /** Longest text that templates may grow to. */
  static final int MAX_LENGTH = 1_000_000;

  /** Characters that all replacements of one resolution may have together. */
  private static final int MAX_TOTAL = 16_000_000;

  /** Name inside a reference: no braces, so that of nested references the inner one matches. */
  private static final java.util.regex.Pattern REFERENCE =
      java.util.regex.Pattern.compile("\\{\\{\\s*([\\p{L}\\p{N}_.-]+)\\s*}}");

  private static final java.util.regex.Pattern WORD = java.util.regex.Pattern.compile("\\S+");

  private static final java.util.regex.Pattern NAME =
      java.util.regex.Pattern.compile("[\\p{L}\\p{N}_.-]{1,128}");

  /** Variables that lead to variables; also keeps the stack of this thread small. */
  private static final int MAX_CHAIN = 100;

  /** References can be put together by others; nobody needs as many storeys as this. */
  private static final int MAX_PASSES = 20;

  private final Variables variables;
  private final Map<String, MaskedText> expanded = new HashMap<>();
  private final Deque<String> chain = new ArrayDeque<>();
  private long spent;

  Templates(Variables variables) {
    this.variables = variables;
  }

  /** Calls back for each name that a text refers to. */
  static void references(String text, Consumer<MatchResult> each) {
    REFERENCE.matcher(text).results().forEach(each);
  }

  /** Whether a variable can have the name. */
  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** Why a variable can never be resolved, if so. */
  Optional<VariableCycleException> cycle(String name) {
    try {
      variables.value(name).ifPresent(it -> value(name));
      return Optional.empty();
    } catch (VariableCycleException e) {
      chain.clear();
      return Optional.of(e);
    }
  }

  String resolve(String text) {
    return text.contains("{{") ? expand(MaskedText.open(text)).text() : text;
  }

  List<String> words(String text) {
    MaskedText whole = expand(MaskedText.open(text));
    return WORD.matcher(whole.view())
        .results()
        .map(it -> whole.text().substring(it.start(), it.end()))
        .toList();
  }

  Object resolve(Object value) {
    if (value instanceof String text) {
      return resolve(text);
    }
    if (value instanceof List<?> list) {
      List<Object> resolved = new ArrayList<>();
      list.forEach(it -> resolved.add(resolve(it)));
      return Collections.unmodifiableList(resolved);
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> resolved = new LinkedHashMap<>();
      map.forEach((key, it) -> resolved.put(key, resolve(it)));
      return Collections.unmodifiableMap(resolved);
    }
    return value;
  }

  private MaskedText expand(MaskedText text) {
    MaskedText current = text;
    for (int pass = 0; pass < MAX_PASSES; pass++) {
      MaskedText next = replaceOnce(current);
      if (next.equals(current)) {
        return current;
      }
      current = next;
    }
    throw endless();
  }

  private MaskedText replaceOnce(MaskedText text) {
    MaskedText.Builder result = new MaskedText.Builder();
    Matcher matcher = REFERENCE.matcher(text.view());
    int from = 0;
    while (matcher.find()) {
      String name = matcher.group(1);
      if (variables.isUnsetSetting(name)) {
        result.append(
            text.part(from, matcher.start())); // as in the original: an unset key is empty
        from = matcher.end();
      } else if (variables.source(name).isPresent()) {
        result.append(text.part(from, matcher.start())).append(spend(value(name)));
        from = matcher.end();
      }
      if (result.length() > MAX_LENGTH) {
        throw endless();
      }
    }
    return result.append(text.part(from, text.length())).build();
  }

  private MaskedText spend(MaskedText text) {
    spent += text.length();
    if (spent > MAX_TOTAL) {
      throw endless();
    }
    return text;
  }

  private MaskedText value(String name) {
    if (chain.contains(name)) {
      throw circular(name);
    }
    if (chain.size() >= MAX_CHAIN) {
      throw endless();
    }
    MaskedText known = expanded.get(name);
    if (known == null) {
      known = expandVariable(name);
      expanded.put(name, known);
    }
    return known;
  }

  private MaskedText expandVariable(String name) {
    String value = variables.value(name).orElseThrow();
    if (variables.source(name).orElseThrow().foreign()) {
      return MaskedText.sealed(value);
    }
    chain.addLast(name);
    MaskedText text = expand(MaskedText.open(value));
    chain.removeLast();
    return text;
  }

  private VariableCycleException circular(String name) {
    List<String> path = new ArrayList<>(chain);
    path.subList(0, path.indexOf(name)).clear();
    path.add(name);
    return new VariableCycleException(
        path, "variable " + Shown.text(name) + " refers to itself: " + String.join(" -> ", path));
  }

  private VariableCycleException endless() {
    String message = "its templates grow without end";
    return chain.isEmpty()
        ? new VariableCycleException(List.of(), "a text is not resolved: " + message)
        : new VariableCycleException(
            List.of(chain.getLast()),
            "variable " + Shown.text(chain.getLast()) + " is not resolved: " + message);
  }
}
