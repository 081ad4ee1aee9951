package dev.metronome.pipeline.execute;

import dev.metronome.model.schedule.PatternFile;
import dev.metronome.model.schedule.WindowsText;
import dev.metronome.pipeline.process.BoundedOutput;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/** Operation {@code execute}: runs a file with arguments, or a script. Thread-safe. */
public final class Scripts {

  private static final int DISCARDED = BoundedOutput.SMALLEST_LIMIT;
  private static final Pattern INTERPRETER =
      Pattern.compile("#![ \\t]*(/[^\\s]+)(?:[ \\t]+(\\S[^\\r\\n]*?))?[ \\t\\r]*(?:\\n|$)");

  /** Those whose option before the script's name is {@code -f}. */
  private static final Pattern READS_A_FILE =
      Pattern.compile("\\S*/([gmn]?awk|g?sed|g?make) .*-\\w*f");

  private static final Set<String> NO = Set.of("false", "no", "off");

  private final Programs programs;
  private final Clock clock;

  public Scripts(Programs programs, Clock clock) {
    this.programs = programs;
    this.clock = clock;
  }

  /**
   * @param arguments {@code file} and {@code arguments}, or {@code script}; {@code output} false
   *     keeps the output out of the log
   * @throws OperationFailedException if it does not exit with 0
   */
  public void run(
      @Body Map<String, Object> arguments, @ExchangeProperty(TaskRun.PROPERTY) TaskRun run)
      throws InterruptedException {
    String wanted = String.valueOf(arguments.getOrDefault("output", "true"));
    boolean silent = NO.contains(wanted.toLowerCase(Locale.ROOT));
    BoundedOutput output = silent ? new BoundedOutput(DISCARDED, clock) : run.log();
    if (WindowsText.isIn(String.valueOf(arguments.getOrDefault("script", "")))) {
      run.log().line("WARN", "the script " + WindowsText.SENTENCE);
    }
    programs.run(program(arguments, run.pattern().directory()), run, output);
  }

  private static Program program(Map<String, Object> arguments, Path directory) {
    Object script = arguments.get("script");
    return script == null
        ? Program.of(argv(arguments, directory)).titled(String.valueOf(arguments.get("file")))
        : Program.of(interpreter(String.valueOf(script)))
            .titled("the script")
            .reading(String.valueOf(script));
  }

  /** As the kernel reads a first line: the interpreter, and one argument at most. */
  private static List<String> interpreter(String script) {
    Matcher line = INTERPRETER.matcher(script);
    if (!line.lookingAt()) {
      return List.of("/bin/sh");
    }
    List<String> argv = new ArrayList<>(List.of(line.group(1)));
    Optional.ofNullable(line.group(2)).ifPresent(argv::add);
    if (READS_A_FILE.matcher(String.join(" ", argv)).matches()) {
      argv.add("-"); // where the script comes from
    }
    return argv;
  }

  private static List<String> argv(Map<String, Object> arguments, Path directory) {
    String file = String.valueOf(arguments.get("file"));
    List<String> argv = new ArrayList<>();
    PatternFile.objection(directory, file)
        .ifPresent(
            objection -> {
              throw new OperationFailedException(objection);
            });
    argv.add(PatternFile.path(directory, file).toString());
    Object more = arguments.get("arguments");
    if (more instanceof List<?> list) {
      list.forEach(each -> argv.add(String.valueOf(each)));
    } else if (more != null) {
      argv.add(String.valueOf(more));
    }
    return argv;
  }
}
