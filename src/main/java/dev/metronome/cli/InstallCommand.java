package dev.metronome.cli;

import dev.metronome.agent.systemd.Change;
import dev.metronome.agent.systemd.Launch;
import dev.metronome.agent.systemd.SystemService;
import dev.metronome.config.Configuration;
import dev.metronome.config.EffectiveSetting;
import dev.metronome.config.Group;
import dev.metronome.config.Settings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Makes the agent a service of this machine. */
@picocli.CommandLine.Command(
    name = "install",
    description = "Install the agent as a service of systemd; repeat it after an update",
    footer = {
      "metronome install",
      "metronome install --print",
      "metronome install --config /opt/metronome/config.yml",
    })
final class InstallCommand implements Command {
  /** For the hand-over before, and for Consul to be told after. */
  private static final Duration BESIDES = Duration.ofSeconds(30);

  /** Set by bin/metronome to its own path. */
  private static final String LAUNCHER = "METRONOME_LAUNCHER";

  private static final List<String> JAVA_OPTIONS =
      List.of("-XX:+UseSerialGC", "-Xmx64m", "-XX:+ExitOnOutOfMemoryError");

  @Option(names = "--print", description = "Only show the unit")
  private boolean print;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws InterruptedException {
    refuseFlags(configuration);
    Launch launch = launch(configuration, terminal);
    if (print) {
      terminal.out().print(SystemService.unit(launch));
      return ExitCode.DONE;
    }
    SystemService service = ServiceCommand.service(terminal);
    Change change = service.install(launch);
    boolean runs = service.state().isActive();
    terminal.out().println(told(change, runs));
    return ExitCode.DONE;
  }

  private static String told(Change change, boolean runs) {
    if (change == Change.NONE) {
      return "The service is installed, there was nothing to change.";
    }
    return "The service has been installed and will start with this machine. "
        + (runs
            ? "It runs as it was before; systemctl restart metronome to have it as it is now."
            : "To start it now: metronome start");
  }

  /** A flag is gone with the command; a service that silently ran without it would be a trap. */
  private static void refuseFlags(Configuration configuration) {
    Stream<String> flags =
        configuration.describe().stream()
            .filter(setting -> setting.origin().equals("--" + setting.key()))
            .map(EffectiveSetting::key)
            .filter(key -> Settings.of(key).group() != Group.LOG);
    Stream<String> variables =
        configuration.flagVariables().keySet().stream().map(name -> "var " + name);
    Optional<String> given = Stream.concat(flags, variables).findFirst();
    if (given.isPresent()) {
      throw new CommandException(
          ExitCode.USAGE,
          "the service takes its settings from files: put `"
              + given.get()
              + "` into config.yml or variables.yml instead of giving it to install");
    }
  }

  private static Launch launch(Configuration configuration, Terminal terminal) {
    List<String> command = new ArrayList<>(program(terminal));
    Path usual = terminal.machine().configDirectory().resolve("config.yml").toAbsolutePath();
    configuration
        .file()
        .map(Path::toAbsolutePath)
        .filter(file -> !file.equals(usual))
        .ifPresent(file -> command.addAll(List.of("--config", file.normalize().toString())));
    command.add("agent");
    Duration stop =
        configuration
            .duration("grace-period")
            .plus(configuration.duration("kill-grace"))
            .plus(BESIDES);
    return new Launch(command, javaHome(terminal), stop);
  }

  /** What started this very command. */
  private static List<String> program(Terminal terminal) {
    String launcher = terminal.environment().getOrDefault(LAUNCHER, "");
    if (Path.of(launcher).isAbsolute()) {
      return List.of(launcher);
    }
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command = new ArrayList<>(List.of(java.toString()));
    command.addAll(JAVA_OPTIONS);
    command.addAll(List.of("-jar", jar().toString()));
    return command;
  }

  private static Path jar() {
    CodeSource source = InstallCommand.class.getProtectionDomain().getCodeSource();
    Path jar = Path.of(URI.create(source.getLocation().toString()));
    if (!Files.isRegularFile(jar)) {
      throw new CommandException(
          ExitCode.USAGE, "only metronome.jar can be installed; this metronome runs from " + jar);
    }
    return jar;
  }

  /** The one that was asked for; the launcher finds any other by itself, also after an update. */
  private static Optional<Path> javaHome(Terminal terminal) {
    return Optional.of(terminal.environment().getOrDefault("JAVA_HOME", ""))
        .filter(home -> !home.isEmpty())
        .map(Path::of)
        .filter(home -> Files.isExecutable(home.resolve("bin/java")));
  }
}
