package dev.metronome.base.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test a {@link Scenario}, and verifies and closes it afterwards. A line about each goes
 * to {@code target/faults.tsv}: the test, its result, its times to recovery in seconds.
 */
final class FaultBench implements ParameterResolver, AfterEachCallback {

  private static final ExtensionContext.Namespace OWN =
      ExtensionContext.Namespace.create(FaultBench.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Scenario.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Scenario scenario = Scenario.prepare();
    context.getStore(OWN).put(Scenario.class, scenario);
    return scenario;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Scenario scenario = context.getStore(OWN).remove(Scenario.class, Scenario.class);
    if (scenario == null) {
      return;
    }
    boolean passed = false;
    try (scenario) {
      if (context.getExecutionException().isEmpty()) {
        scenario.verify();
        passed = true;
      }
    } finally {
      note(context, scenario, passed);
      if (passed && !Boolean.getBoolean("keep")) {
        delete(scenario.folder());
      } else {
        System.err.println("logs of the scenario: " + scenario.folder());
      }
    }
  }

  private static void note(ExtensionContext context, Scenario scenario, boolean passed) {
    String line =
        String.join(
            "\t",
            context.getDisplayName(),
            context.getRequiredTestMethod().getName(),
            passed ? "passed" : "failed",
            seconds(scenario.times()));
    System.err.println("fault: " + line);
    try {
      Path file = Path.of("target", "faults.tsv");
      Files.createDirectories(file.getParent());
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String seconds(Map<String, java.time.Duration> times) {
    return times.entrySet().stream()
        .map(
            time ->
                time.getKey()
                    + " "
                    + String.format(Locale.ROOT, "%.2f", time.getValue().toMillis() / 1000.0))
        .collect(Collectors.joining(", "));
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
