package dev.metronome.model.schedule;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Compares a stranger's text with a regular expression of a task file. */
final class WholeMatch {
  /** As many looks at characters take some hundredths of a second. */
  private static final int MAX_LOOKS = 2_000_000;

  private WholeMatch() {}

  /**
   * Whether the whole text matches. One that a pattern cannot decide within bounds does not.
   *
   * @param pattern one that this Java cannot read matches everything; the leader decides
   */
  // INVARIANT: promise 8, a pattern such as (.*a){25}b must not hold up whoever takes events.
  static boolean of(String pattern, String text) {
    try {
      return Pattern.compile(pattern).matcher(new Counted(text, new AtomicInteger())).matches();
    } catch (PatternSyntaxException e) {
      return true;
    } catch (TooLongException | StackOverflowError e) {
      return false;
    }
  }

  private record Counted(CharSequence text, AtomicInteger looks) implements CharSequence {
    @Override
    public char charAt(int index) {
      if (looks.incrementAndGet() > MAX_LOOKS) {
        throw new TooLongException();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.subSequence(start, end), looks);
    }
  }

  private static final class TooLongException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLongException() {
      super("", null, false, false);
    }
  }
}
