package dev.metronome.pipeline.process;

import dev.metronome.base.account.Account;
import dev.metronome.base.account.UserSwitch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a command run as another user, in the environment that a login would give it.
 *
 * <p>What runs as root until the switch finds every variable under another name: {@code LD_PRELOAD}
 * is for the user's programs, not for root's.
 */
final class Login {
  private static final Logger LOG = LoggerFactory.getLogger(Login.class);

  private static final String OWN = "METRONOME_";
  private static final String COVER = "METRONOME_AS_";
  private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";
  private static final Set<String> KEPT = Set.of("LANG", "LANGUAGE", "TZ");

  private final UserSwitch by;

  Login(UserSwitch by) {
    this.by = by;
  }

  /** What a login leaves of an environment, with what it adds. */
  static Map<String, String> environment(Map<String, String> base, Account account) {
    Map<String, String> environment = new HashMap<>(base);
    environment.keySet().removeIf(name -> !KEPT.contains(name) && !name.startsWith("LC_"));
    environment.put("HOME", account.home());
    environment.put("SHELL", account.shell());
    environment.put("USER", account.name());
    environment.put("LOGNAME", account.name());
    environment.put("PATH", USUAL_PATH);
    return environment;
  }

  /** The same under names that mean nothing to root's programs. */
  static Map<String, String> covered(Map<String, String> environment) {
    return environment.entrySet().stream()
        .collect(
            Collectors.toMap(
                it -> isHarmless(it.getKey()) ? it.getKey() : COVER + it.getKey(),
                Map.Entry::getValue));
  }

  private static boolean isHarmless(String name) {
    return name.startsWith(OWN) && !name.startsWith(COVER);
  }

  /**
   * What to run in place of a command.
   *
   * @param names of all its variables
   */
  List<String> argv(Account account, List<String> command, Set<String> names) {
    List<String> argv = new ArrayList<>(by.argv(account));
    argv.addAll(ProcessRunner.shell(script(names)));
    argv.addAll(command);
    return argv;
  }

  /** Run by the user; holds no value, since everybody sees arguments. */
  private static String script(Set<String> names) {
    StringBuilder script = new StringBuilder();
    for (String name : new TreeSet<>(names)) {
      if (!isHarmless(name)) {
        String cover = COVER + name;
        script.append("export ").append(name).append("=\"$").append(cover).append("\"; ");
        script.append("unset ").append(cover).append("; ");
      }
    }
    return script
        + "[ -x . ] || { echo \"the folder $(pwd) cannot be entered by this user\" >&2; exit 126;"
        + " }; exec \"$@\"";
  }

  /** Lets the user open its own pipes by name, as {@code echo >/dev/stderr} does. */
  static void giveAway(long pid, Account account) {
    for (String descriptor : List.of("0", "1", "2")) {
      Path path = Path.of("/proc", Long.toString(pid), "fd", descriptor);
      try {
        if (Files.readSymbolicLink(path).toString().startsWith("pipe:[")) {
          Files.setAttribute(path, "unix:uid", (int) account.uid());
        }
      } catch (IOException e) {
        LOG.debug("pid={} its pipe {} stays the agent's: {}", pid, descriptor, e.toString());
      }
    }
  }
}
