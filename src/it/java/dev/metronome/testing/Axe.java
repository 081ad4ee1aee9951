package dev.metronome.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What axe-core finds on a page that some visitors could not perceive or use. */
public final class Axe {
  private static final String SCRIPT = script();

  /** The rules of WCAG 2.2 to level AA, and what axe calls best practice. */
  private static final String RUN =
      """
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
      const found = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
      return found.violations.flatMap((one) =>
        one.nodes.map((node) => `${one.id}: ${node.target}: ${node.failureSummary}`));
      """;

  private Axe() {}

  private static String script() {
    try (InputStream in = Axe.class.getResourceAsStream("/axe.min.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each violation as it is: its rule, where, and what is wrong there. */
  public static List<String> violations(Page page) {
    page.browser().driver().executeScript(SCRIPT);
    return ((List<?>) page.script(RUN)).stream().map(String::valueOf).toList();
  }
}
