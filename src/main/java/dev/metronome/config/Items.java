package dev.metronome.config;

import java.util.ArrayList;
import java.util.List;

/** The items of a list that was typed with commas. */
final class Items {
  private Items() {}

  /** Trimmed, without empty ones; a comma within braces belongs to its glob. */
  static List<String> of(String text) {
    List<String> items = new ArrayList<>();
    StringBuilder item = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (c == ',' && depth <= 0) {
        items.add(item.toString());
        item.setLength(0);
      } else {
        item.append(c);
      }
    }
    items.add(item.toString());
    return items.stream().map(String::trim).filter(i -> !i.isEmpty()).toList();
  }
}
