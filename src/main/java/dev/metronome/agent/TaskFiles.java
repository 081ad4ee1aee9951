package dev.metronome.agent;

import dev.metronome.config.Configuration;
import dev.metronome.config.ConfigurationException;
import dev.metronome.schedule.OperationTypes;
import dev.metronome.schedule.Pattern;
import dev.metronome.schedule.Schedule;
import dev.metronome.schedule.VariableSource;
import dev.metronome.schedule.Variables;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The task files of this agent and the schedule in force. Thread-safe.
 *
 * <p><em>Guarantees</em>: the schedule in force was read as a whole, from all files and
 * variables.yml, without an error; a reading with an error leaves the one before in force, and is
 * said once for as long as it stays the same.
 */
public final class TaskFiles implements Supplier<Schedule> {

  private static final Logger LOG = LoggerFactory.getLogger(TaskFiles.class);

  /** Why files are read again. */
  enum Occasion {
    /** They look different. */
    NOTICED,
    /** Somebody asked, and wants to hear what came of it. */
    ASKED
  }

  private final Configuration configuration;
  private final OperationTypes operations;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Schedule inForce;
  private FileMarks read;
  private FileMarks seen;
  private List<String> warnings;
  private volatile String fault = "";

  private TaskFiles(Configuration configuration, OperationTypes operations) {
    this.configuration = configuration;
    this.operations = operations;
    this.read = FileMarks.of(configuration);
    this.seen = read;
    TaskFileReading first = TaskFileReading.of(configuration, operations);
    first.warnings().forEach(LOG::warn);
    if (!first.isUsable()) {
      throw new TaskFileException(String.join("\n", first.errors()));
    }
    this.warnings = first.warnings();
    this.inForce = first.schedule();
  }

  /**
   * Reads the files that the configuration names.
   *
   * @throws TaskFileException if one has an error
   * @throws ConfigurationException if variables.yml or a folder of theirs cannot be read
   */
  public static TaskFiles read(Configuration configuration, OperationTypes operations) {
    return new TaskFiles(configuration, operations);
  }

  /**
   * The schedule of the files as they are now, for who looks once; warnings are left to others.
   *
   * @throws TaskFileException if one has an error
   * @throws ConfigurationException as {@link #read}
   */
  public static Schedule once(Configuration configuration, OperationTypes operations) {
    TaskFileReading reading = TaskFileReading.of(configuration, operations);
    if (!reading.isUsable()) {
      throw new TaskFileException(String.join("\n", reading.errors()));
    }
    return reading.schedule();
  }

  @Override
  public Schedule get() {
    return inForce;
  }

  /** What tasks may use, with the rules of their arguments. */
  public OperationTypes operations() {
    return operations;
  }

  /** Whether the files as they are now cannot be used, and older ones are in force. */
  boolean isBroken() {
    return !fault.isEmpty();
  }

  /** Hears of every change of what is in force, after it; must not block for long. */
  void listen(Runnable listener) {
    listeners.add(listener);
  }

  /**
   * Reads the files again if they are not as they were when they were last read, and have been left
   * alone since the last look: a file that is being written is not taken for a broken one. While
   * they cannot be used they are read at each look, since what is missing may be a script.
   */
  synchronized void look() {
    FileMarks now = FileMarks.of(configuration);
    boolean settled = now.equals(seen);
    seen = now;
    if (settled && (!now.equals(read) || !fault.isEmpty())) {
      reload(Occasion.NOTICED);
    }
  }

  /** Reads the files again, now. */
  synchronized void reload(Occasion occasion) {
    read = FileMarks.of(configuration); // before the reading, so that no change is missed
    seen = read;
    TaskFileReading reading = attempt();
    if (reading.isUsable()) {
      take(reading, occasion);
    } else {
      leave(reading, occasion);
    }
  }

  private TaskFileReading attempt() {
    try {
      return TaskFileReading.of(configuration, operations);
    } catch (ConfigurationException e) {
      return TaskFileReading.failed(e.getMessage());
    }
  }

  private void take(TaskFileReading reading, Occasion occasion) {
    reading.warnings().stream().filter(each -> !warnings.contains(each)).forEach(LOG::warn);
    warnings = reading.warnings();
    TaskFileChange change = TaskFileChange.between(inForce, reading.schedule());
    String state = fault.isEmpty() ? "reloaded" : "repaired";
    fault = "";
    if (!change.isEmpty()) {
      inForce = reading.schedule();
      LOG.info("task-files state={} {}", state, change);
      listeners.forEach(Runnable::run);
    } else if (state.equals("repaired") || occasion == Occasion.ASKED) {
      LOG.info("task-files state={} changed=nothing patterns={}", state, digests());
    }
  }

  private void leave(TaskFileReading reading, Occasion occasion) {
    String now = reading.fault();
    if (!now.equals(fault) || occasion == Occasion.ASKED) {
      LOG.error("task-files state=broken {}; what was read before stays in force", now);
    }
    fault = now;
  }

  /** Short digests by pattern, for the log. */
  public Map<String, String> digests() {
    Map<String, String> digests = new TreeMap<>();
    for (Pattern pattern : inForce.patterns()) {
      digests.put(pattern.name(), pattern.digest().substring(0, 12));
    }
    return digests;
  }

  /** What templates stand for by configuration, variables.yml and command line. */
  public static Variables variables(Configuration configuration) {
    Map<String, String> own = new HashMap<>();
    List<String> roles = configuration.roles();
    own.put("role", String.join(",", roles));
    configuration
        .camelProperties()
        .forEach(
            (key, value) ->
                own.put(
                    "config." + key.toString().substring("metronome.".length()), value.toString()));
    return Variables.none()
        .with(VariableSource.CONFIG, own)
        .with(VariableSource.VARIABLES_FILE, configuration.fileVariables())
        .with(VariableSource.OPTION, configuration.flagVariables());
  }
}
