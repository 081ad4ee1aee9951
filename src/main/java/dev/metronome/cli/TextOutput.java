package dev.metronome.cli;

import dev.metronome.base.log.PrintableText;
import dev.metronome.cli.picture.Screen;
import dev.metronome.cli.picture.Seconds;
import dev.metronome.cli.picture.Table;
import dev.metronome.model.record.Blocked.BlockedEvent;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** What a command prints for people: tables, times and sentences in one style. */
final class TextOutput {
  private static final DateTimeFormatter TODAY =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter OTHER =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private final PrintStream out;
  private final Screen screen;
  private final Instant now = Instant.now();

  TextOutput(Terminal terminal) {
    this.out = terminal.out();
    this.screen =
        terminal.isInteractive()
            ? Screen.of(terminal.environment())
            : Screen.unbounded(terminal.environment());
  }

  Table table(String... headings) {
    return new Table(screen, headings);
  }

  void print(Table table) {
    table.print(out);
  }

  /** A sentence of a row of many: whole in a pipe, short where a person looks over them. */
  String inList(String sentence) {
    return screen.width() == Integer.MAX_VALUE
        ? sentence
        : ForecastOutput.shortened(sentence, 2 * screen.width());
  }

  /** Somebody else's text may stand in it. */
  void line(String text) {
    out.println(PrintableText.of(text));
  }

  void line() {
    out.println();
  }

  /** Without the date where that is today's. */
  String at(Instant moment) {
    return local(moment);
  }

  /** The same, for a sentence elsewhere: every time that a person reads is written so. */
  static String local(Instant moment) {
    ZonedDateTime local = moment.atZone(ZoneId.systemDefault());
    boolean today = local.toLocalDate().equals(LocalDate.now(ZoneId.systemDefault()));
    return (today ? TODAY : OTHER).format(local);
  }

  /** Why an event may not begin, and until when. */
  static String reason(BlockedEvent blocked) {
    return blocked.why() + blocked.until().map(at -> ", until " + local(at)).orElse("");
  }

  String at(Optional<Instant> moment) {
    return moment.map(this::at).orElse("");
  }

  /** How long something took, or takes by now. */
  String took(Optional<Instant> from, Optional<Instant> to) {
    return from.map(start -> Seconds.of(Duration.between(start, to.orElse(now)))).orElse("");
  }
}
