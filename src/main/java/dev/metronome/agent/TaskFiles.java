package dev.metronome.agent;

import dev.metronome.config.Configuration;
import dev.metronome.config.ConfigurationException;
import dev.metronome.model.schedule.BrokenFile;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.Pattern;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.VariableSource;
import dev.metronome.model.schedule.Variables;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The task files of this agent and the schedule in force. Thread-safe.
 *
 * <p><em>Guarantees</em>: a file with an error harms its own pattern alone: what was in force of it
 * stays, at the start it is left out. If variables.yml or a folder cannot be read, everything stays
 * as it was. Either is said once for as long as it stays the same.
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

  private static final String ALL = "*";
  private static final String AS_BEFORE = "; what was read before stays in force";

  private final Configuration configuration;
  private final OperationTypes operations;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final List<Runnable> faultListeners = new CopyOnWriteArrayList<>();
  private volatile Schedule inForce;
  private FileMarks read;
  private FileMarks seen;
  private List<String> warnings;
  private volatile Map<String, String> faults = Map.of();

  private TaskFiles(Configuration configuration, OperationTypes operations) {
    this.configuration = configuration;
    this.operations = operations;
    this.read = FileMarks.of(configuration);
    this.seen = read;
    TaskFileReading first = TaskFileReading.of(configuration, operations, Schedule.empty());
    first.warnings().forEach(LOG::warn);
    this.warnings = first.warnings();
    this.inForce = first.schedule();
    tellFaults(faults(inForce), Occasion.NOTICED);
  }

  /**
   * Reads the files that the configuration names.
   *
   * @throws ConfigurationException if variables.yml or a folder of theirs cannot be read
   */
  public static TaskFiles read(Configuration configuration, OperationTypes operations) {
    return new TaskFiles(configuration, operations);
  }

  /**
   * The schedule of the files as they are now, for who looks once; warnings are left to others.
   *
   * @throws TaskFileException if none can be used
   * @throws ConfigurationException as {@link #read}
   */
  public static Schedule once(Configuration configuration, OperationTypes operations) {
    Schedule found = TaskFileReading.of(configuration, operations, Schedule.empty()).schedule();
    if (found.patterns().isEmpty() && !found.broken().isEmpty()) {
      throw new TaskFileException(
          found.broken().stream().map(BrokenFile::fault).collect(Collectors.joining("\n")));
    }
    return found;
  }

  @Override
  public Schedule get() {
    return inForce;
  }

  /** What tasks may use, with the rules of their arguments. */
  public OperationTypes operations() {
    return operations;
  }

  /** Whether some file, as it is now, cannot be used. */
  boolean isBroken() {
    return !faults.isEmpty();
  }

  /** Why files cannot be used as they are now, by pattern; by {@value #ALL} what concerns all. */
  Map<String, String> faults() {
    return faults;
  }

  /** Hears of every change of what is in force, after it; must not block for long. */
  void listen(Runnable listener) {
    listeners.add(listener);
  }

  /** Hears of every change of {@link #faults}, after it; must not block for long. */
  void listenToFaults(Runnable listener) {
    faultListeners.add(listener);
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
    if (settled && (!now.equals(read) || isBroken())) {
      reload(Occasion.NOTICED);
    }
  }

  /** Reads the files again, now. */
  synchronized void reload(Occasion occasion) {
    read = FileMarks.of(configuration); // before the reading, so that no change is missed
    seen = read;
    boolean wasBroken = isBroken();
    Map<String, String> before = faults;
    try {
      TaskFileReading reading = TaskFileReading.of(configuration, operations, inForce);
      tellFaults(faults(reading.schedule()), occasion);
      take(reading, wasBroken ? "repaired" : "reloaded", occasion);
    } catch (ConfigurationException e) {
      tellFaults(Map.of(ALL, e.getMessage() + AS_BEFORE), occasion);
    }
    if (!faults.equals(before)) {
      faultListeners.forEach(Runnable::run);
    }
  }

  private void take(TaskFileReading reading, String state, Occasion occasion) {
    reading.warnings().stream().filter(each -> !warnings.contains(each)).forEach(LOG::warn);
    warnings = reading.warnings();
    TaskFileChange change = TaskFileChange.between(inForce, reading.schedule());
    inForce = reading.schedule();
    String said = isBroken() ? "reloaded" : state;
    if (!change.isEmpty()) {
      LOG.info("task-files state={} {}", said, change);
      listeners.forEach(Runnable::run);
    } else if (said.equals("repaired") || (occasion == Occasion.ASKED && !isBroken())) {
      LOG.info("task-files state={} changed=nothing patterns={}", said, digests());
    }
  }

  /** Says what is new of them; whoever asks hears all. */
  private void tellFaults(Map<String, String> now, Occasion occasion) {
    now.forEach(
        (pattern, fault) -> {
          if (occasion == Occasion.ASKED || !fault.equals(faults.get(pattern))) {
            LOG.error("task-files state=broken{} {}", named(pattern), fault);
          }
        });
    faults = now;
  }

  private static String sentence(BrokenFile file) {
    return file.fault()
        + (file.effect() == BrokenFile.Effect.AS_BEFORE
            ? AS_BEFORE
            : "; the pattern is left out until it is repaired");
  }

  private static String named(String pattern) {
    return pattern.equals(ALL) ? "" : " pattern=" + pattern;
  }

  private static Map<String, String> faults(Schedule schedule) {
    Map<String, String> faults = new TreeMap<>();
    for (BrokenFile file : schedule.broken()) {
      faults.merge(file.pattern(), sentence(file), (one, other) -> one + "; " + other);
    }
    return Map.copyOf(faults);
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
