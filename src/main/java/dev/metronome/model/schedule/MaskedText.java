package dev.metronome.model.schedule;

import java.util.Objects;

/**
 * A text in which some parts are sealed: they came from outside and must not be read as templates.
 *
 * @param text what it says
 * @param view the same with NUL for each sealed character, for matching
 */
record MaskedText(String text, String view) {
  MaskedText {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(view, "view");
  }

  static MaskedText open(String text) {
    return new MaskedText(text, text);
  }

  static MaskedText sealed(String text) {
    return new MaskedText(text, "\0".repeat(text.length()));
  }

  int length() {
    return text.length();
  }

  MaskedText part(int from, int to) {
    return new MaskedText(text.substring(from, to), view.substring(from, to));
  }

  /** Both sides, growing together. */
  static final class Builder {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder view = new StringBuilder();

    Builder append(MaskedText more) {
      text.append(more.text);
      view.append(more.view);
      return this;
    }

    int length() {
      return text.length();
    }

    MaskedText build() {
      return new MaskedText(text.toString(), view.toString());
    }
  }
}
