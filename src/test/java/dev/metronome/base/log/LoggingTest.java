package dev.metronome.base.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoggingTest {
  private static final Logger OURS = LoggerFactory.getLogger("dev.metronome.test");
  private static final Logger CAMEL = LoggerFactory.getLogger("org.apache.camel.test");
  private static final Logger ROUTE = LoggerFactory.getLogger("event-finished:12");

  private final OwnOutput written = new OwnOutput();

  /** What its own thread writes: what others of this process log meanwhile is none of a test's. */
  private static final class OwnOutput extends ByteArrayOutputStream {
    private final Thread own = Thread.currentThread();

    @Override
    public synchronized void write(int b) {
      if (Thread.currentThread().equals(own)) {
        super.write(b);
      }
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
      if (Thread.currentThread().equals(own)) {
        super.write(bytes, from, length);
      }
    }
  }

  private void start(LogFormat format, LogLevel level, StackTraces stackTraces) {
    PrintStream stream = new PrintStream(written, true, StandardCharsets.UTF_8);
    Logging.start(format, level, stackTraces, Redaction.of(List.of("canary")), stream);
  }

  private List<String> lines() {
    return written.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void nobody_looks_up_who_logged() {
    List<LogRecord> records = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            if (record.getLoggerName().equals(OURS.getName())) {
              records.add(record);
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    start(LogFormat.TEXT, LogLevel.INFO, StackTraces.HIDDEN);
    java.util.logging.Logger root = java.util.logging.Logger.getLogger("");
    root.addHandler(handler);
    try {
      OURS.info("one {}", 1);
    } finally {
      root.removeHandler(handler);
    }

    assertThat(records).hasSize(1);
    assertThat(records.get(0).getMessage()).isEqualTo("one 1");
    assertThat(records.get(0).getLoggerName()).isEqualTo("dev.metronome.test");
    assertThat(records.get(0).getSourceClassName()).isNull();
  }

  @Test
  void a_line_has_the_originals_format() {
    start(LogFormat.TEXT, LogLevel.DEBUG, StackTraces.HIDDEN);
    OURS.debug("one");
    OURS.info("two");
    OURS.warn("three");
    OURS.error("four");
    String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) ";
    assertThat(lines()).hasSize(4);
    assertThat(lines().get(0)).matches(time + "\\[DEBUG] one");
    assertThat(lines().get(1)).matches(time + "\\[INFO ] two");
    assertThat(lines().get(2)).matches(time + "\\[WARN ] three");
    assertThat(lines().get(3)).matches(time + "\\[ERROR] four");
  }

  @Test
  void below_the_level_nothing_is_written() {
    start(LogFormat.TEXT, LogLevel.WARN, StackTraces.HIDDEN);
    OURS.info("hidden");
    OURS.warn("shown");
    assertThat(lines()).singleElement().asString().endsWith("shown");
  }

  @Test
  void libraries_are_heard_from_warn_on_and_a_users_routes_from_info_on() {
    start(LogFormat.TEXT, LogLevel.INFO, StackTraces.HIDDEN);
    CAMEL.info("hidden");
    CAMEL.warn("warned");
    ROUTE.info("alerted");
    assertThat(lines()).hasSize(2);
  }

  @Test
  void no_library_is_heard_at_debug_even_when_we_are() {
    start(LogFormat.TEXT, LogLevel.DEBUG, StackTraces.SHOWN);
    CAMEL.debug("hidden");
    CAMEL.info("shown");
    assertThat(lines()).singleElement().asString().endsWith("shown");
  }

  @Test
  void text_of_others_cannot_forge_a_line() {
    start(LogFormat.TEXT, LogLevel.INFO, StackTraces.HIDDEN);
    OURS.info("event {} accepted", "a\n2015 [ERROR] forged\r\u001b[2J\u2028\u202e");
    assertThat(lines()).hasSize(1);
    assertThat(lines().get(0))
        .endsWith("a\\n2015 [ERROR] forged\\r\\u001b[2J\\u2028\\u202e accepted");
  }

  @Test
  void no_part_of_a_character_and_no_invisible_one_beyond_16_bits_gets_through() {
    assertThat(PrintableText.of("a\ud83d b\udb40\udc41 \ud83d\ude80"))
        .isEqualTo("a\\ud83d b\\ue0041 \ud83d\ude80");
  }

  @Test
  void a_secret_is_hidden_wherever_it_stands() {
    start(LogFormat.TEXT, LogLevel.INFO, StackTraces.SHOWN);
    OURS.info("with canary", new IllegalStateException("and canary"));
    assertThat(written.toString(StandardCharsets.UTF_8)).doesNotContain("canary").contains("****");
  }

  @Test
  void an_exception_is_part_of_the_line() {
    start(LogFormat.TEXT, LogLevel.INFO, StackTraces.HIDDEN);
    OURS.error("queue unreadable", new IllegalStateException("no\nleader"));
    OURS.error("again", new IllegalStateException());
    assertThat(lines()).hasSize(2);
    assertThat(lines().get(0)).endsWith("[ERROR] queue unreadable: no\\nleader");
    assertThat(lines().get(1)).endsWith("[ERROR] again: IllegalStateException");
  }

  @Test
  void a_stack_trace_is_shown_on_request_and_indented() {
    start(LogFormat.TEXT, LogLevel.INFO, StackTraces.SHOWN);
    OURS.error("failed", new IllegalStateException("no\n2015 [ERROR] forged"));
    assertThat(lines().size()).isGreaterThan(3);
    assertThat(lines().stream().skip(1)).allMatch(line -> line.startsWith("  "));
  }

  @Test
  void json_has_one_object_a_line() throws Exception {
    start(LogFormat.JSON, LogLevel.INFO, StackTraces.HIDDEN);
    OURS.warn("a \"quoted\"\nthing", new IllegalStateException("why"));
    assertThat(lines()).hasSize(1);
    JsonNode line = new ObjectMapper().readTree(lines().get(0));
    assertThat(line.fieldNames())
        .toIterable()
        .containsExactly("time", "level", "logger", "message");
    assertThat(line.get("level").asText()).isEqualTo("WARN");
    assertThat(line.get("logger").asText()).isEqualTo("dev.metronome.test");
    assertThat(line.get("message").asText()).isEqualTo("a \"quoted\"\\nthing: why");
  }

  @Test
  void a_long_message_is_cut() {
    assertThat(PrintableText.of("x".repeat(1_000_000)))
        .hasSizeLessThan(17_000)
        .endsWith("... (983616 characters left out)");
  }

  @Test
  void a_record_of_a_shutdown_hook_is_written() throws Exception {
    assertThat(lastWords()).hasSize(200).allMatch(line -> line.contains("[INFO ] stopping"));
  }

  @Test
  void the_jdks_own_log_manager_loses_records_of_a_shutdown_hook() throws Exception {
    assertThat(lastWords("unprepared")).hasSizeLessThan(200);
  }

  private static List<String> lastWords(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", classPath(), LastWords.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output.lines().filter(line -> !line.contains(" VM warning: ")).toList();
  }

  private static String classPath() {
    return Stream.of(Logging.class, LastWords.class, JsonFactory.class)
        .map(type -> new File(type.getProtectionDomain().getCodeSource().getLocation().getPath()))
        .map(File::getPath)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** A process that logs while it stops. */
  static final class LastWords {
    public static void main(String[] args) {
      if (args.length == 0) {
        Logging.prepare();
      }
      Logging.start(
          LogFormat.TEXT, LogLevel.INFO, StackTraces.HIDDEN, Redaction.none(), System.err);
      java.util.logging.Logger log = java.util.logging.Logger.getLogger("dev.metronome.last");
      Thread hook =
          new Thread(
              () -> {
                for (int i = 0; i < 200; i++) {
                  log.info("stopping");
                  java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                  if (i == 100 && args.length > 0) {
                    awaitReset();
                  }
                }
              });
      Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The JDK's hook runs beside ours, but maybe later than all of it. */
    private static void awaitReset() {
      java.util.logging.Logger root = java.util.logging.Logger.getLogger("");
      long end = System.nanoTime() + 120_000_000_000L;
      while (root.getHandlers().length > 0 && System.nanoTime() < end) {
        java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
      }
    }
  }
}
