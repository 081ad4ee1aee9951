package dev.metronome.agent;

import dev.metronome.base.file.FileMarks;
import dev.metronome.base.file.ReloadedFiles;
import dev.metronome.config.Configuration;
import dev.metronome.config.ConfigurationException;
import dev.metronome.model.schedule.BrokenFile;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.Pattern;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.VariableSource;
import dev.metronome.model.schedule.Variables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The task files of this agent and the schedule in force. Thread-safe.
 *
 * <p><em>Guarantees</em>: a file with an error harms its own pattern alone: what was in force of it
 * stays, at the start it is left out. If variables.yml or a folder cannot be read, everything stays
 * as it was. Either is said once for as long as it stays the same.
 */
public final class TaskFiles implements Supplier<Schedule>, ReloadedFiles.Content {

  private static final String PATTERN = "pattern=";

  private final Configuration configuration;
  private final OperationTypes operations;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final List<Runnable> faultListeners = new CopyOnWriteArrayList<>();
  private final ReloadedFiles files;
  private volatile Schedule inForce = Schedule.empty();
  private boolean changed;

  private TaskFiles(Configuration configuration, OperationTypes operations) {
    this.configuration = configuration;
    this.operations = operations;
    this.files = new ReloadedFiles("task-files", this);
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
    Schedule found = usable(configuration, operations);
    if (found.patterns().isEmpty() && !found.broken().isEmpty()) {
      throw new TaskFileException(
          found.broken().stream().map(BrokenFile::fault).collect(Collectors.joining("\n")));
    }
    return found;
  }

  /** The same, also if none can be used: it names those that cannot. */
  public static Schedule usable(Configuration configuration, OperationTypes operations) {
    return TaskFileReading.of(configuration, operations, Schedule.empty()).schedule();
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
    return files.areBroken();
  }

  /** Why files cannot be used as they are now, by pattern; by {@code *} what concerns all. */
  Map<String, String> faults() {
    Map<String, String> faults = new TreeMap<>();
    files
        .faults()
        .forEach(
            (part, fault) ->
                faults.put(
                    part.equals(ReloadedFiles.ALL) ? "*" : part.substring(PATTERN.length()),
                    fault));
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

  /** Reads the files again if they have changed and settled, or cannot be used. */
  void look() {
    telling(files::look);
  }

  /** Reads the files again, now. */
  void reload(ReloadedFiles.Occasion occasion) {
    telling(() -> files.reload(occasion));
  }

  private synchronized void telling(Runnable reading) {
    changed = false;
    Map<String, String> faults = files.faults();
    reading.run();
    if (changed) {
      listeners.forEach(Runnable::run);
    }
    if (!files.faults().equals(faults)) {
      faultListeners.forEach(Runnable::run);
    }
  }

  @Override
  public FileMarks marks() {
    try {
      List<Path> named = new ArrayList<>(configuration.filesAsNamed(warning -> {}));
      configuration.path("variables").ifPresent(named::add);
      return FileMarks.of(named);
    } catch (ConfigurationException e) {
      return FileMarks.none(e.getMessage());
    }
  }

  @Override
  public Reading read() {
    TaskFileReading reading = TaskFileReading.of(configuration, operations, inForce);
    TaskFileChange change = TaskFileChange.between(inForce, reading.schedule());
    inForce = reading.schedule();
    changed = !change.isEmpty();
    String note = change.isEmpty() ? "patterns=" + digests() : change.toString();
    return new Reading(changed, note, faults(reading.schedule()), reading.warnings());
  }

  private static Map<String, String> faults(Schedule schedule) {
    Map<String, String> faults = new TreeMap<>();
    for (BrokenFile file : schedule.broken()) {
      faults.merge(PATTERN + file.pattern(), sentence(file), (one, other) -> one + "; " + other);
    }
    return faults;
  }

  private static String sentence(BrokenFile file) {
    return file.fault()
        + (file.effect() == BrokenFile.Effect.AS_BEFORE
            ? "; what was read before stays in force"
            : "; the pattern is left out until it is repaired");
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
