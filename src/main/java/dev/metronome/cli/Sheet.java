package dev.metronome.cli;

import dev.metronome.base.log.PrintableText;
import dev.metronome.cli.picture.Moments;
import dev.metronome.cli.picture.Screen;
import dev.metronome.cli.picture.Seconds;
import dev.metronome.cli.picture.Table;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** What a command prints for people: tables, times and sentences in one style. */
final class Sheet {
  private final PrintStream out;
  private final Screen screen;
  private final Instant now = Instant.now();
  private final Moments moments = new Moments(now, ZoneId.systemDefault());

  Sheet(Terminal terminal) {
    this.out = terminal.out();
    this.screen =
        Screen.unbounded(
            terminal.environment(),
            terminal.isInteractive() ? Screen.Ink.COLOURED : Screen.Ink.PLAIN);
  }

  Table table(String... headings) {
    return new Table(screen, headings);
  }

  void print(Table table) {
    table.print(out);
  }

  /** Somebody else's text may stand in it. */
  void line(String text) {
    out.println(PrintableText.of(text));
  }

  void line() {
    out.println();
  }

  String at(Instant moment) {
    return moments.of(moment);
  }

  String at(Optional<Instant> moment) {
    return moment.map(this::at).orElse("");
  }

  /** How long something took, or takes by now. */
  String took(Optional<Instant> from, Optional<Instant> to) {
    return from.map(start -> Seconds.of(Duration.between(start, to.orElse(now)))).orElse("");
  }
}
