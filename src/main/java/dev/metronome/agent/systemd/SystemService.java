package dev.metronome.agent.systemd;

import dev.metronome.agent.systemd.ServiceState.Boot;
import dev.metronome.agent.systemd.ServiceState.Presence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The service {@code metronome} of this machine's systemd.
 *
 * <p><b>Guarantees</b>: each action may be repeated; a unit that metronome did not write, or that
 * was edited, is neither changed nor removed; configuration is never touched.
 *
 * <p>Each action throws {@link SystemdException} if it was refused with nothing changed, and {@link
 * SystemctlException} if systemd did not do its part.
 */
public final class SystemService {
  public static final String UNIT = "metronome.service";

  private static final List<String> PROPERTIES =
      List.of(
          "LoadState",
          "ActiveState",
          "SubState",
          "StateChangeTimestamp",
          "MainPID",
          "UnitFileState",
          "FragmentPath",
          "StatusText");

  private final Path booted;
  private final UnitFile file;
  private final Systemctl systemctl;

  /**
   * @param runDirectory /run, where a running systemd shows itself
   * @param unitDirectory /etc/systemd/system
   * @param environment with the PATH of {@code systemctl}
   */
  public SystemService(Path runDirectory, Path unitDirectory, Map<String, String> environment) {
    this.booted = runDirectory.resolve("systemd/system");
    this.file = new UnitFile(unitDirectory.resolve(UNIT));
    this.systemctl = new Systemctl(environment);
  }

  /** The unit's file as {@link #install} would write it. */
  public static String unit(Launch launch) {
    return UnitText.of(launch);
  }

  /** What the service is now. Never fails for want of systemd, of the service or of an answer. */
  public ServiceState state() throws InterruptedException {
    try {
      return hasSystemd() ? asked() : ServiceState.without(Presence.NO_SYSTEMD);
    } catch (SystemdException | SystemctlException e) {
      return ServiceState.unknown(e.getMessage());
    }
  }

  private ServiceState asked() throws InterruptedException {
    return state(systemctl.show(UNIT, PROPERTIES));
  }

  private static ServiceState state(Map<String, String> shown) {
    if (shown.getOrDefault("LoadState", "").equals("not-found")) {
      return ServiceState.without(Presence.NOT_INSTALLED);
    }
    return new ServiceState(
        Presence.INSTALLED,
        shown.getOrDefault("ActiveState", "unknown"),
        shown.getOrDefault("SubState", ""),
        shown.getOrDefault("StateChangeTimestamp", ""),
        Optional.ofNullable(shown.get("MainPID")).map(Long::valueOf).filter(pid -> pid > 0),
        shown.getOrDefault("UnitFileState", "").startsWith("enabled")
            ? Boot.STARTED
            : Boot.NOT_STARTED,
        shown.getOrDefault("StatusText", ""));
  }

  /** Writes the unit, and has systemd start it whenever the machine starts. */
  public Change install(Launch launch) throws InterruptedException {
    demandSystemd();
    refuseAnother();
    Change change = file.write(UnitText.of(launch));
    systemctl.run("daemon-reload");
    boolean enabled = asked().boot() == Boot.STARTED;
    if (!enabled) {
      systemctl.run("enable", UNIT);
    }
    return enabled ? change : Change.MADE;
  }

  /** A package's unit would be hidden by ours in /etc. */
  private void refuseAnother() throws InterruptedException {
    String path = systemctl.show(UNIT, PROPERTIES).getOrDefault("FragmentPath", "");
    if (!path.isEmpty() && !Path.of(path).equals(file.path())) {
      throw new SystemdException(
          "there is a service metronome already, " + path + ", which metronome did not write");
    }
  }

  /** Stops the service and removes its unit. */
  public Change remove() throws InterruptedException {
    demandSystemd();
    if (!file.exists()) {
      refuseAnother();
      return Change.NONE;
    }
    file.demandOurs();
    systemctl.run("disable", "--now", UNIT);
    if (asked().hasFailed()) {
      systemctl.run("reset-failed", UNIT); // or systemd would go on listing it
    }
    file.remove();
    systemctl.run("daemon-reload");
    return Change.MADE;
  }

  /** Starts the agent and waits until it says that it is ready. */
  public Change start() throws InterruptedException {
    return demandInstalled().activity().equals("active") ? Change.NONE : done("start");
  }

  /** Stops the agent and waits until it has ended. */
  public Change stop() throws InterruptedException {
    String activity = demandInstalled().activity();
    return activity.equals("inactive") || activity.equals("failed") ? Change.NONE : done("stop");
  }

  private Change done(String action) throws InterruptedException {
    systemctl.run(action, UNIT);
    return Change.MADE;
  }

  private ServiceState demandInstalled() throws InterruptedException {
    demandSystemd();
    ServiceState state = asked();
    if (state.presence() == Presence.NOT_INSTALLED) {
      throw new SystemdException("the service is not installed; see metronome install");
    }
    return state;
  }

  private boolean hasSystemd() {
    return Files.isDirectory(booted);
  }

  private void demandSystemd() {
    if (!hasSystemd()) {
      throw new SystemdException(
          "this machine is not run by systemd (there is no "
              + booted
              + "); have its own service manager run `metronome agent`");
    }
  }
}
