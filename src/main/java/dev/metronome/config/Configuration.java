package dev.metronome.config;

import dev.metronome.base.account.UserSwitch;
import dev.metronome.base.account.UserSwitchException;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.model.signature.EventSignatures.Unsigned;
import dev.metronome.model.signature.SigningKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The effective value of every setting, and where each came from. Immutable; any thread.
 *
 * <p><b>Guarantees</b>: each value was checked against its setting when it was read, so a getter of
 * the setting's kind does not fail. Getters throw {@link IllegalArgumentException} for a key that
 * is not in {@link Settings}, or of another kind: a mistake in the calling code.
 *
 * <p><b>Does not guarantee</b> anything about the files that it names: {@link #files}, {@link
 * #fileVariables} and {@link #consul} look at the disk each time.
 */
public final class Configuration {
  private static final Logger LOG = LoggerFactory.getLogger(Configuration.class);

  private final Machine machine;
  private final Optional<Path> file;
  private final Map<String, SettingValue> values;
  private final Map<String, String> flagVariables;
  private final List<String> warnings;
  private Optional<Path> routes; // null until it is asked for

  Configuration(
      Machine machine, Optional<Path> file, Layers layers, Map<String, String> flagVariables) {
    this.machine = machine;
    this.file = file;
    this.values = Map.copyOf(layers.values());
    this.flagVariables = new LinkedHashMap<>(flagVariables);
    this.warnings = List.copyOf(layers.warnings());
  }

  /** The value as it was typed, whatever its kind; empty if it is absent. */
  public String text(String key) {
    return value(key).text();
  }

  /** A {@link Kind#NUMBER}. */
  public int number(String key) {
    return Math.toIntExact(amount(key, Kind.NUMBER));
  }

  /** A {@link Kind#SIZE} in bytes. */
  public long size(String key) {
    return amount(key, Kind.SIZE);
  }

  /** A {@link Kind#FLAG}. */
  public boolean flag(String key) {
    demand(key, Kind.FLAG);
    return Flags.read(text(key)).orElseThrow();
  }

  /** A {@link Kind#DURATION}. */
  public Duration duration(String key) {
    return Duration.ofMillis(amount(key, Kind.DURATION));
  }

  /** The items of a {@link Kind#LIST}, trimmed, none of them empty. */
  public List<String> list(String key) {
    demand(key, Kind.LIST);
    return Items.of(text(key));
  }

  /** A file or folder, relative to the working directory; empty if the value is absent. */
  public Optional<Path> path(String key) {
    return Optional.of(text(key)).filter(text -> !text.isEmpty()).map(machine::resolve);
  }

  /** Whether somebody set it, whatever to. */
  public boolean isSet(String key) {
    return value(key).origin().source() != Origin.Source.DEFAULT;
  }

  /** The value that was typed, and neither stands in a file nor in the environment. */
  public Optional<String> typed(String key) {
    boolean typed = value(key).origin().source() == Origin.Source.FLAG;
    return typed ? Optional.of(text(key)) : Optional.empty();
  }

  /**
   * How to reach Consul.
   *
   * @throws ConfigurationException if the token's file cannot be read or the settings do not fit
   */
  public ConsulSettings consul() {
    return new ConsulOptions(this).settings();
  }

  /**
   * Where the agent listens.
   *
   * @throws ConfigurationException if it must not listen there like that
   */
  public HttpSettings http() {
    return HttpSettings.of(this);
  }

  /**
   * How operations reach Consul: with a token of their own, else with the agent's.
   *
   * @throws ConfigurationException as {@link #consul}
   */
  public ConsulSettings operationConsul() {
    return new ConsulOptions(this).operationSettings();
  }

  /** The files of what is shown to Consul: tokens, certificate, key, authorities. */
  public List<Path> consulFiles() {
    return Stream.of("token-file", "operation-token-file", "ca-cert", "client-cert", "client-key")
        .map(this::path)
        .flatMap(Optional::stream)
        .flatMap(path -> Exposure.withFiles(path).stream())
        .toList();
  }

  /** Whether operations show the agent's own token to Consul, for want of theirs. */
  public boolean operationsShareToken() {
    return !operationsHaveToken() && new ConsulOptions(this).token().isPresent();
  }

  /** Whether operations have a token of their own. */
  public boolean operationsHaveToken() {
    return new ConsulOptions(this).hasOperationToken();
  }

  /**
   * What the payload of a user event must be, unless it is a signature. The original's senders put
   * the ACL token there; without a token of its own and without signing keys that still holds.
   */
  public Optional<String> payloadToken() {
    Optional<String> own = Optional.of(text("payload-token")).filter(token -> !token.isEmpty());
    return own.or(() -> signingKeys().isEmpty() ? consul().token() : Optional.empty());
  }

  /** Whether that is the agent's ACL token, which may be rotated. */
  public boolean payloadIsOwnToken() {
    return text("payload-token").isEmpty() && signingKeys().isEmpty();
  }

  /**
   * The keys that sign events; none if events are not signed.
   *
   * @throws ConfigurationException if they cannot be read
   */
  public SigningKeys signingKeys() {
    return new SigningKeyFile(this).keys();
  }

  /**
   * Signs the events that this process accepts, and judges those that it is to act on.
   *
   * @throws ConfigurationException if keys cannot be read, or are required and there are none
   */
  public EventSignatures eventSignatures() {
    SigningKeys keys = signingKeys();
    boolean required = flag("require-signature");
    if (required && keys.isEmpty()) {
      throw new ConfigurationException(
          value("require-signature").origin().place()
              + ": require-signature needs a signing-key-file; metronome sign --new-key makes a"
              + " key");
    }
    return new EventSignatures(keys, required ? Unsigned.REFUSED : Unsigned.TAKEN);
  }

  /**
   * The same for a command: who may not read the keys sends his events unsigned, which is up to the
   * nodes to take; the log says so.
   *
   * @throws ConfigurationException if it is said that signatures are required, and there is no key
   *     to be had
   */
  public EventSignatures ownSignatures() {
    try {
      return eventSignatures();
    } catch (ConfigurationException e) {
      if (flag("require-signature")) {
        throw e;
      }
      LOG.warn(
          "{}; what is sent is not signed, and nodes with require-signature: true will not run it",
          e.getMessage());
      return EventSignatures.none();
    }
  }

  /** The task files that exist now; {@code warnings} hears of names that match none. */
  public List<Path> files(Consumer<String> warnings) {
    return new TaskFileSearch(machine, warnings).find(list("files"));
  }

  /** The task files that exist now. */
  public List<Path> files() {
    return files(warning -> {});
  }

  /** The same, but a file that does not exist is there too, unless a glob should have found it. */
  public List<Path> filesAsNamed(Consumer<String> warnings) {
    return new TaskFileSearch(machine, warnings).named(list("files"));
  }

  /**
   * The account that operations run as where their task names none.
   *
   * @throws ConfigurationException if they cannot
   */
  public Optional<String> runAs() {
    Optional<String> name = Optional.of(text("run-as")).filter(text -> !text.isEmpty());
    try {
      name.ifPresent(UserSwitch.ofThisProcess()::to);
      return name;
    } catch (UserSwitchException e) {
      throw new ConfigurationException(
          value("run-as").origin().place() + ": `run-as`: " + e.getMessage());
    }
  }

  /** The roles of this server. */
  public List<String> roles() {
    return list("role");
  }

  /**
   * The folder of routes: the one that was set, else the machine's, else ./routes if nobody else
   * may write it; empty if there is none, which leaves the routes of the jar. Looked for once; the
   * log hears of one that is left out.
   *
   * @throws ConfigurationException if the one that was set is no folder
   */
  public synchronized Optional<Path> routes() {
    if (routes == null) {
      routes = RoutesFolder.find(this, machine);
    }
    return routes;
  }

  /** The files and folders that act, by what they are; those of the routes only if they are own. */
  public Map<String, Path> actingFiles() {
    Map<String, Path> files = new LinkedHashMap<>();
    file.ifPresent(path -> files.put("config", path));
    path("variables").ifPresent(path -> files.put("variables", path));
    routes().ifPresent(path -> files.put("routes", path));
    return files;
  }

  /**
   * What others could do by way of the files that are named here, and of what is not verified;
   * sentences.
   *
   * @throws ConfigurationException if a file could be used by others to let themselves in
   */
  public List<String> exposures() {
    return Exposure.of(this);
  }

  /** The files that {@link #exposures} looks at, whether they exist or not. */
  public List<Path> exposableFiles() {
    return Exposure.files(this);
  }

  /** Whether it stands in the folder of a system-wide installation. */
  public boolean isSystemFile(Path path) {
    return path.toAbsolutePath()
        .normalize()
        .startsWith(machine.configDirectory().toAbsolutePath().normalize());
  }

  /** The folder of what an agent keeps on its host until the next boot. */
  public Path stateFolder() {
    return path("state-dir").orElseGet(() -> StateFolder.unset(machine));
  }

  /**
   * The folder of what the tasks of an agent print.
   *
   * @param consul the address that it knows its cluster by
   */
  public Path outputFolder(String node, String consul) {
    return OutputFolder.common(this, machine)
        .resolve(OutputFolder.name(node, consul, text("prefix")));
  }

  /** The folders in which agents of this machine may keep output, each in one of its own. */
  public List<Path> outputFolders() {
    return OutputFolder.known(this, machine);
  }

  /** Whether a folder in one of those is of this node, in whichever cluster. */
  public static boolean isOutputOf(String node, Path folder) {
    return OutputFolder.isOf(node, folder);
  }

  /** The variables of variables.yml and, winning over them, those of the command line. */
  public Map<String, String> variables() {
    Map<String, String> variables = new LinkedHashMap<>(fileVariables());
    variables.putAll(flagVariables);
    return variables;
  }

  /**
   * The variables of variables.yml as it is now.
   *
   * @throws ConfigurationException if it cannot be read
   */
  public Map<String, String> fileVariables() {
    Map<String, String> variables = new LinkedHashMap<>();
    path("variables")
        .map(FlatYaml::read)
        .orElse(List.of())
        .forEach(entry -> variables.put(entry.key(), entry.isAbsent() ? "" : entry.text()));
    return variables;
  }

  /** The variables of the command line. */
  public Map<String, String> flagVariables() {
    return new LinkedHashMap<>(flagVariables);
  }

  /** What operations find in their environment about the proxy; empty without one. */
  public Map<String, String> proxyEnvironment() {
    return Exports.proxy(this);
  }

  /** Every setting but the secrets, as {@code metronome.KEY}; durations in milliseconds. */
  public Properties camelProperties() {
    return Exports.camel(this);
  }

  /** Every setting in the catalogue's order, secrets masked. */
  public List<EffectiveSetting> describe() {
    return Exports.describe(this);
  }

  /** The config.yml that was read, if any. */
  public Optional<Path> file() {
    return file;
  }

  /**
   * Whether a command with that file, and neither flags nor variables, would now accept events as
   * this process does: at the same Consul, by the same rules, and without a word about its
   * configuration. In doubt it would not.
   *
   * @param command its config.yml, absolute; empty if there is none
   */
  public boolean isThatOf(Optional<Path> command) {
    return new SameCommand(this, machine).isWith(command);
  }

  /** What the user should know about how the configuration was read; sentences. */
  public List<String> warnings() {
    return warnings;
  }

  /** Every secret that can be known, for whoever must hide them. */
  public List<String> secrets() {
    return Exports.secrets(this);
  }

  /**
   * What operations may find of this process's environment: none of Metronome's own secrets, and of
   * Consul's tokens the one that is theirs.
   */
  // INVARIANT: promise 9, no secret reaches a script by our doing.
  public Map<String, String> operationEnvironment(Map<String, String> environment) {
    return Exports.operations(this, environment);
  }

  /** Whether the file of a secret counts, not its own setting; of the same source the file does. */
  boolean fileWins(String key, String fileKey) {
    SettingValue file = value(fileKey);
    SettingValue direct = value(key);
    boolean directWins = direct.origin().winsOver(file.origin()) && !direct.text().isEmpty();
    return !file.text().isEmpty() && !directWins;
  }

  SettingValue value(String key) {
    return values.get(Settings.of(key).key());
  }

  private long amount(String key, Kind kind) {
    demand(key, kind);
    return Settings.of(key).amount(text(key));
  }

  private static void demand(String key, Kind kind) {
    if (Settings.of(key).kind() != kind) {
      throw new IllegalArgumentException("`" + key + "` is no " + kind);
    }
  }
}
