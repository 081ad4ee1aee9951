package dev.metronome.agent.systemd;

import dev.metronome.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A program on a PATH of its own that records how it is called. */
public final class StandIn {
  private final Path bin;
  private final Path calls;

  /**
   * @param script what it does after it has recorded its arguments
   */
  public StandIn(Path folder, String program, String script) {
    this.bin = folder.resolve("bin");
    this.calls = folder.resolve(program + ".calls");
    Program.write(bin.resolve(program), "echo \"$*\" >>'" + calls + "'\n" + script);
  }

  /**
   * A {@code systemctl} that keeps two facts in files: whether the unit in {@code units} is enabled
   * and whether it is active. {@code fail} makes every action fail.
   */
  public static StandIn systemctl(Path folder, Path units) {
    String script =
        """
        cd '%s'
        unit='%s/metronome.service'
        case "$*" in *" show "*)
          fragment=$unit
          [ -f foreign ] && fragment=/usr/lib/systemd/system/metronome.service
          if [ -f foreign ] || [ -f "$unit" ]; then echo LoadState=loaded; echo FragmentPath=$fragment
          else echo LoadState=not-found; echo FragmentPath=; fi
          if [ -f enabled ]; then echo UnitFileState=enabled; else echo UnitFileState=disabled; fi
          if [ -f active ]; then printf 'ActiveState=active\\nSubState=running\\nMainPID=4711\\n'
          elif [ -f failed ]; then printf 'ActiveState=failed\\nSubState=failed\\nMainPID=0\\n'
          else printf 'ActiveState=inactive\\nSubState=dead\\nMainPID=0\\n'; fi
          echo 'StateChangeTimestamp=Tue 2026-11-24 03:37:00 UTC'
          echo 'StatusText=started'
          exit 0;;
        esac
        if [ -f fail ]; then echo 'Interactive authentication required.' >&2; exit 4; fi
        case "$*" in
          *" enable "*) touch enabled;;
          *" disable "*) rm -f enabled active;;
          *" start "*) touch active;;
          *" stop "*) rm -f active;;
          *" reset-failed "*) rm -f failed;;
        esac
        """
            .formatted(folder, units);
    return new StandIn(folder, "systemctl", script);
  }

  /** The environment whose PATH begins with it. */
  public Map<String, String> environment() {
    return Map.of("PATH", path());
  }

  /** A PATH that begins with it. */
  public String path() {
    return bin + ":/usr/bin:/bin";
  }

  /** Every call's arguments, in order. */
  public List<String> calls() {
    try {
      return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every call of {@code systemctl} that changes something. */
  public List<String> actions() {
    return calls().stream()
        .map(call -> call.replace("--no-ask-password --no-pager ", ""))
        .filter(call -> !call.startsWith("show"))
        .toList();
  }
}
