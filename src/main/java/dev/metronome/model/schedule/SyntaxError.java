package dev.metronome.model.schedule;

import java.util.Objects;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ScalarEvent;

/** What a YAML parser complains about, in the words of someone who writes task files. */
record SyntaxError(Position position, String message) {
  SyntaxError {
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(message, "message");
  }

  /**
   * Translates a complaint.
   *
   * @param last what was read before it, or null
   */
  static SyntaxError of(MarkedYAMLException complaint, Event last, TaskFile file) {
    return new Translation(complaint, last, file).translate();
  }

  private record Translation(MarkedYAMLException complaint, Event last, TaskFile file) {
    SyntaxError translate() {
      int line = complaint.getProblemMark().getLine();
      int tab = file.tabInIndentation(line + 1);
      if (tab >= 0) {
        return new SyntaxError(
            new Position(file.path(), line + 1, tab + 1),
            "tab character in indentation; YAML allows only spaces");
      }
      if (inContext("quoted scalar") && problem("unexpected end of stream")) {
        return opened("quoted text that starts here is never closed");
      }
      return inContext("flow") ? bracket() : block();
    }

    private SyntaxError bracket() {
      boolean list = inContext("sequence");
      String what = list ? "the list (`[`) that starts here" : "the mapping (`{`) that starts here";
      boolean open =
          problem("<stream end>")
              || complaint.getProblemMark().getLine() > complaint.getContextMark().getLine();
      String expected = list ? "`,` or `]`" : "`,` or `}`";
      return opened(open ? what + " is never closed" : what + " lacks a " + expected);
    }

    private SyntaxError block() {
      if (runawayQuote()) {
        return new SyntaxError(
            at(last.getStartMark()),
            "quoted text that starts here is never closed, or only by the quote at line "
                + (last.getEndMark().getLine() + 1));
      }
      if (problem("mapping values are not allowed")) {
        return here(
            "`:` is not allowed here; put a text that has a colon in quotes, or check the"
                + " indentation");
      }
      if (problem("could not find expected ':'")) {
        return opened("this line is not `key: value`");
      }
      if (problem("expected <block end>")) {
        return here("this does not belong here; check the indentation and quotes before it");
      }
      return other();
    }

    private SyntaxError other() {
      String problem = complaint.getProblem();
      int quote = problem.indexOf('\'');
      if (problem("cannot start any token") && quote >= 0) {
        String character = Shown.text(problem.substring(quote + 1, quote + 2));
        return here("a text cannot start with " + character + "; put it in quotes");
      }
      return here("not valid YAML: " + Shown.plain(problem));
    }

    private boolean runawayQuote() {
      return last instanceof ScalarEvent scalar
          && (scalar.isDQuoted() || scalar.isSQuoted())
          && scalar.getStartMark().getLine() < scalar.getEndMark().getLine()
          && scalar.getEndMark().getLine() == complaint.getProblemMark().getLine();
    }

    private boolean problem(String part) {
      return complaint.getProblem().contains(part);
    }

    private boolean inContext(String part) {
      return complaint.getContext() != null
          && complaint.getContextMark() != null
          && complaint.getContext().contains(part);
    }

    private SyntaxError here(String message) {
      return new SyntaxError(at(complaint.getProblemMark()), message);
    }

    private SyntaxError opened(String message) {
      Mark mark = complaint.getContextMark();
      return new SyntaxError(at(mark == null ? complaint.getProblemMark() : mark), message);
    }

    private Position at(Mark mark) {
      return new Position(file.path(), mark.getLine() + 1, mark.getColumn() + 1);
    }
  }
}
