package dev.metronome.agent.systemd;

import dev.metronome.agent.systemd.Tool.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks systemd by {@code systemctl}, without ever asking the user for a password. */
final class Systemctl {
  private final Map<String, String> environment;

  Systemctl(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * Waits until systemd has done it, however long that takes.
   *
   * @throws SystemctlException if it was not done
   */
  void run(String... arguments) throws InterruptedException {
    answer(List.of(arguments));
  }

  /** What systemd knows of a unit, by property; it answers for one that does not exist, too. */
  Map<String, String> show(String unit, List<String> properties) throws InterruptedException {
    String wanted = "--property=" + String.join(",", properties);
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : answer(List.of("show", unit, wanted)).output().lines().toList()) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return values;
  }

  private Answer answer(List<String> arguments) throws InterruptedException {
    Tool tool =
        Tool.find("systemctl", environment)
            .orElseThrow(() -> new SystemdException("there is no systemctl on the PATH"));
    List<String> all = new ArrayList<>(List.of("--no-ask-password", "--no-pager"));
    all.addAll(arguments);
    String asked = "systemctl " + String.join(" ", arguments);
    try {
      Answer answer = tool.run(all);
      if (!answer.isDone()) {
        throw new SystemctlException(
            asked + " ended with exit code " + answer.code() + said(answer.output()));
      }
      return answer;
    } catch (IOException e) {
      throw new SystemdException(asked + " could not be run: " + e.getMessage(), e);
    }
  }

  private static String said(String output) {
    return output.isBlank() ? "" : ": " + output.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
