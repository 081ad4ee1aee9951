package dev.metronome.model.schedule;

import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Templates of other tools in a text. Those of Jinja were hardly meant to stay; those of Go are
 * what {@code docker inspect --format} and its like are given.
 */
final class ForeignTemplates {
  private static final Pattern BRACES =
      Pattern.compile("\\{\\{([^{}\\n]{1,500})}}|\\{%[^{}\\n]{1,500}%}");
  private static final Pattern PLAIN = Pattern.compile("\\s*[\\p{L}\\p{N}_.-]+\\s*");
  private static final Pattern EXPRESSION =
      Pattern.compile("[|()\\[\\]'\"+*/<>=~]| (if|or|and|not|in|is) ");

  /** A field, a variable, or a word that only Go's templates begin with. */
  private static final Pattern GO =
      Pattern.compile(
          "-?\\s*(\\.|\\$|/\\*|(range|with|if|else|end|define|template|block|printf?|println|json|index|len"
              + "|join|upper|lower|title|split|slice|html|js|urlquery|eq|ne|lt|le|gt|ge|and|or|not)\\b).*");

  private static final Set<String> GO_WORDS = Set.of("end", "else", "break", "continue", ".");
  private static final Pattern GO_TEXT =
      Pattern.compile("\\{\\{-?\\s*(range|with|if|define|block)\\s");

  private ForeignTemplates() {}

  /** What stays as it is and looks as if it should not, each once. */
  static List<String> in(String text) {
    return BRACES
        .matcher(text)
        .results()
        .filter(ForeignTemplates::isOfJinja)
        .map(MatchResult::group)
        .distinct()
        .toList();
  }

  private static boolean isOfJinja(MatchResult found) {
    String inner = found.group(1);
    return inner == null
        || (!PLAIN.matcher(inner).matches()
            && !GO.matcher(inner.strip()).matches()
            && EXPRESSION.matcher(inner).find());
  }

  /** Whether a name in braces belongs to a template of Go. */
  static boolean isOfGo(String name, String text) {
    return name.startsWith(".") || (GO_WORDS.contains(name) && GO_TEXT.matcher(text).find());
  }
}
