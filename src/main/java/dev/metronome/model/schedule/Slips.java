package dev.metronome.model.schedule;

import java.util.Set;

/**
 * Warns of texts that are right and probably not what their author meant: what YAML takes for a
 * comment, lines that it joins, and line ends of Windows.
 */
record Slips(Findings findings) {
  private static final Set<String> FREE = Set.of("text", "script");

  /** Looks at the arguments of an operation. */
  void check(String type, Value arguments) {
    if (arguments instanceof Value.Text text) {
      free("`" + type + "`", text);
    } else if (arguments instanceof Value.Mapping mapping) {
      mapping.entries().values().forEach(it -> argument(it.key(), it.value()));
    }
  }

  private void argument(String name, Value value) {
    if (value instanceof Value.Text text && FREE.contains(name)) {
      free(Shown.text(name), text);
      if (name.equals("script")) {
        script(text);
      }
    } else {
      texts(value);
    }
  }

  /** Any text: `#42` right after a blank was hardly meant as a comment. */
  void texts(Value value) {
    if (value instanceof Value.Text text) {
      text.reshaping()
          .comment()
          .filter(it -> it.matches("#[^\\s#].*"))
          .ifPresent(it -> comment("the text", text, it));
    } else if (value instanceof Value.Sequence sequence) {
      sequence.items().forEach(this::texts);
    } else if (value instanceof Value.Mapping mapping) {
      mapping.entries().values().forEach(it -> texts(it.value()));
    }
  }

  private void free(String subject, Value.Text text) {
    text.reshaping().comment().ifPresent(it -> comment(subject, text, it));
  }

  private void comment(String subject, Value.Text text, String comment) {
    if (!text.isNothing()) {
      findings.warning(
          text.position(),
          subject
              + " ends before "
              + Shown.text(comment)
              + ", which is a comment to YAML; put it in quotes, or in a block (`|`), if it belongs"
              + " to it");
    }
  }

  private void script(Value.Text text) {
    if (text.reshaping().joined() > 0) {
      findings.warning(
          text.position(),
          "YAML joins the "
              + text.reshaping().joined()
              + " lines of `script` to fewer, so that commands become arguments; write `script: |`");
    }
    if (WindowsText.isIn(text.text())) {
      findings.warning(text.position(), "`script` " + WindowsText.SENTENCE);
    }
  }
}
