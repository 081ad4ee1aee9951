package dev.metronome.agent;

import dev.metronome.base.file.FileMarks;
import dev.metronome.base.file.ReloadedFiles;
import dev.metronome.base.log.Redaction;
import dev.metronome.config.Configuration;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What this agent and its operations show to Consul, which is rotated while they run: the files of
 * their tokens, the client certificate with its key, and the authorities. Thread-safe.
 */
final class ConsulCredentials implements ReloadedFiles.Content {

  private final Configuration configuration;
  private final ConsulConnection connection;
  private final ReloadedFiles files;
  private volatile Optional<ConsulConnection> operations = Optional.empty();

  ConsulCredentials(Configuration configuration) {
    this.configuration = configuration;
    this.connection = connection(configuration::consul);
    this.files = new ReloadedFiles("consul-credentials=" + configuration.consulFiles(), this);
  }

  /** A connection to Consul that reads them again; what it reads is hidden from then on. */
  static ConsulConnection connection(Supplier<ConsulSettings> settings) {
    return ConsulConnection.to(
        () -> {
          ConsulSettings now = settings.get();
          now.token().ifPresent(Redaction::learn); // promise 9, also for what comes later
          return now;
        });
  }

  /** The agent's own. */
  ConsulConnection connection() {
    return connection;
  }

  /** That of operations, from now on. */
  void operations(ConsulConnection theirs) {
    operations = Optional.of(theirs);
  }

  /** Reads them again if they have changed. */
  void look() {
    files.look();
  }

  /** Reads them again, now; says something only where there are files. */
  void reload(ReloadedFiles.Occasion occasion) {
    if (!configuration.consulFiles().isEmpty()) {
      files.reload(occasion);
    }
  }

  @Override
  public FileMarks marks() {
    return FileMarks.of(configuration.consulFiles());
  }

  @Override
  public Reading read() {
    boolean own = connection.renew();
    boolean theirs = operations.map(ConsulConnection::renew).orElse(false);
    return Reading.of(own || theirs, "");
  }

  @Override
  public String remedy() {
    return "what was read before stays in force: put a token, or a certificate and its own key,"
        + " into these files";
  }
}
