package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.config.Machine;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TerminalTest {

  @Test
  void what_is_said_stays_on_its_line_and_is_not_obeyed() {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);
    new Terminal(
            new PrintStream(OutputStream.nullOutputStream()),
            err,
            InputStream.nullInputStream(),
            Terminal.Watcher.PERSON,
            Machine.local())
        .say("nothing was done: \u001b[2J\nmetronome: all is well");
    assertThat(said.toString(StandardCharsets.UTF_8))
        .isEqualTo("metronome: nothing was done: \\u001b[2J\\nmetronome: all is well\n");
  }
}
