package dev.metronome.agent;

import dev.metronome.base.file.FileWatch;
import dev.metronome.base.file.ReloadedFiles;
import dev.metronome.base.loop.Loops;
import dev.metronome.config.Configuration;
import dev.metronome.model.schedule.OperationTypes;
import java.time.Duration;

/**
 * The files that an agent lives by and looks at again, but for those of its port: task files, what
 * it shows to Consul, and the files of secrets. Any thread.
 */
final class WatchedFiles implements AutoCloseable {

  /** Task files may be many; looking at them takes at most a fiftieth of the time. */
  private static final int IDLENESS = 50;

  private final ReloadedFiles secrets;
  private final TaskFiles tasks;
  private final ConsulCredentials credentials;
  private final FileWatch tasksWatch;
  private final FileWatch credentialsWatch;

  /**
   * Reads all of them.
   *
   * @throws dev.metronome.config.ConfigurationException if any cannot be used
   */
  WatchedFiles(Configuration configuration, OperationTypes operations) {
    this.secrets = new ReloadedFiles("secret-files", new SecretFiles(configuration));
    this.tasks = TaskFiles.read(configuration, operations);
    this.credentials = new ConsulCredentials(configuration);
    Duration interval = configuration.duration("reload-interval");
    Loops loops = credentials.connection().loops();
    this.tasksWatch = new FileWatch("task-files", tasks::look, interval, IDLENESS, loops);
    this.credentialsWatch =
        new FileWatch("consul-credentials", this::lookAtCredentials, interval, 1, loops);
  }

  private void lookAtCredentials() {
    secrets.look();
    credentials.look();
  }

  TaskFiles tasks() {
    return tasks;
  }

  ConsulCredentials credentials() {
    return credentials;
  }

  /** Looks at them from now on. */
  void watch() {
    credentialsWatch.start();
    tasksWatch.start();
  }

  /** Reads them again, now. */
  void reload() {
    secrets.refresh();
    tasks.reload(ReloadedFiles.Occasion.ASKED);
    credentials.reload(ReloadedFiles.Occasion.ASKED);
  }

  @Override
  public void close() {
    tasksWatch.close();
    credentialsWatch.close();
  }
}
