package dev.metronome;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What CI says of tests that passed only when they were run again ({@code .ci/flaky}). */
class FlakyScriptTest {

  @TempDir Path reports;

  @Test
  void names_each_test_that_passed_the_second_time_once() throws Exception {
    report(
        """
        <testcase name="passes" classname="a.SomeTest" time="0.1"/>
        <testcase name="of_luck(String)[2]" classname="a.SomeTest" time="0.1">
          <flakyFailure message="expected 1" type="java.lang.AssertionError"/>
          <flakyFailure message="expected 2" type="java.lang.AssertionError"/>
        </testcase>
        <testcase name="fails" classname="a.SomeTest" time="0.1">
          <failure message="no"/>
        </testcase>
        <testcase name="throws_at_times" classname="a.SomeTest" time="0.1">
          <flakyError message="x" type="java.io.IOException"/>
        </testcase>
        """);

    assertThat(flaky())
        .isEqualTo("FLAKY a.SomeTest.of_luck(String)[2]\nFLAKY a.SomeTest.throws_at_times\n");
  }

  @Test
  void says_nothing_where_there_is_nothing_to_say() throws Exception {
    assertThat(flaky()).isEmpty();
    report("<testcase name=\"passes\" classname=\"a.SomeTest\" time=\"0.1\"/>");
    assertThat(flaky()).isEmpty();
  }

  private void report(String cases) throws IOException {
    Files.writeString(
        reports.resolve("TEST-a.SomeTest.xml"), "<testsuite>\n" + cases + "</testsuite>\n");
  }

  private String flaky() throws Exception {
    Process process =
        new ProcessBuilder(".ci/flaky", reports.toString()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
