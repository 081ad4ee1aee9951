package dev.metronome.pipeline.operation;

import dev.metronome.pipeline.execute.OperationFailedException;
import dev.metronome.pipeline.execute.Program;
import dev.metronome.pipeline.execute.Programs;
import dev.metronome.pipeline.execute.TaskRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/**
 * Operation {@code chef}: runs chef-solo in the pattern's folder, with the run list of this
 * server's roles and the attributes that stand in Consul. Thread-safe.
 *
 * <p><em>Guarantees</em>: what it writes for chef-solo is readable by this user alone and gone
 * afterwards, unless it is to be kept.
 */
public final class Chef {

  /** What becomes of the two files that are written for chef-solo. */
  public enum Remains {
    REMOVED,
    /** For whoever looks for a mistake. */
    KEPT
  }

  /** Berkshelf may crash when it has done its work. */
  private static final int SEGMENTATION_FAULT = 139;

  private final Programs programs;
  private final NodeAttributes attributes;
  private final Supplier<Map<String, String>> environment;
  private final Remains remains;

  /**
   * @param environment read anew for each run: for berks and chef-solo, besides the task's own
   */
  public Chef(
      Programs programs,
      NodeAttributes attributes,
      Supplier<Map<String, String>> environment,
      Remains remains) {
    this.programs = programs;
    this.attributes = attributes;
    this.environment = environment;
    this.remains = remains;
  }

  /**
   * The first step: what Chef is to know of this node. Later steps have the result as their body.
   *
   * @param arguments {@code run_list}, {@code configurations}, {@code attributes}, {@code
   *     attribute_keys}
   * @throws OperationFailedException if a value in Consul is not JSON, or the task runs as another
   *     user
   */
  public ChefRun attributes(
      @Body Map<String, Object> arguments, @ExchangeProperty(TaskRun.PROPERTY) TaskRun run) {
    demandOwnUser(run);
    return new ChefRun(
        run.pattern().directory(), arguments, NodeAttributes.json(node(arguments, run)));
  }

  /** How chef-solo is to run. */
  public ChefRun configuration(
      @Body ChefRun chef, @ExchangeProperty(TaskRun.PROPERTY) TaskRun run) {
    return chef.configured(
        SoloConfiguration.of(
            run.pattern().name(), chef.folder(), mapping(chef.arguments(), "configurations")));
  }

  /**
   * Fetches the cookbooks that the Berksfile names.
   *
   * @throws OperationFailedException if berks fails
   */
  public void vendor(@ExchangeProperty(TaskRun.PROPERTY) TaskRun run) throws InterruptedException {
    Program berks = program(List.of("berks", "vendor", "cookbooks"));
    int code = logged(berks, run);
    if (code != 0 && code != SEGMENTATION_FAULT) {
      throw Programs.failed(berks, code);
    }
  }

  /**
   * Runs chef-solo with two files of its own, which {@link #tidy} removes.
   *
   * @throws OperationFailedException if it fails
   */
  public void converge(@Body ChefRun chef, @ExchangeProperty(TaskRun.PROPERTY) TaskRun run)
      throws InterruptedException, IOException {
    Files.createDirectories(chef.folder().resolve("logs"));
    Path configuration = chef.written(chef.configuration(), ".rb");
    Path json = chef.written(chef.node(), ".json");
    Program solo =
        program(List.of("chef-solo", "-c", configuration.toString(), "-j", json.toString()));
    int code = logged(solo, run);
    if (code != 0) {
      throw Programs.failed(solo, code);
    }
  }

  /** Removes what was written for chef-solo, whatever came of it. */
  public void tidy(@Body ChefRun chef, @ExchangeProperty(TaskRun.PROPERTY) TaskRun run)
      throws IOException {
    for (Path file : chef.files()) {
      leave(file, run);
    }
  }

  /** Another could read none of the files that chef-solo gets, and converge nothing. */
  private static void demandOwnUser(TaskRun run) {
    if (run.user().isPresent()) {
      throw new OperationFailedException(
          "operation chef changes the machine as root, and the task runs as "
              + run.user().get().name()
              + "; put it into a task of its own with `run_as: root`");
    }
  }

  private Map<String, Object> node(Map<String, Object> arguments, TaskRun run) {
    Map<String, Object> node =
        attributes.below(
            texts(arguments.get("attribute_keys")), warning -> run.log().line("WARN", warning));
    NodeAttributes.merge(node, mapping(arguments, "attributes"));
    node.put("run_list", RunList.of(arguments, run.pattern().directory(), role -> omit(role, run)));
    return node;
  }

  private static void omit(String role, TaskRun run) {
    run.log().line("INFO", role + " is left out: it has no file in roles/");
  }

  private Program program(List<String> argv) {
    return Program.of(argv)
        .with(environment.get())
        .advising("operation chef needs it on this node");
  }

  /** What it prints becomes an error in the log if it fails. */
  private int logged(Program program, TaskRun run) throws InterruptedException {
    long before = run.log().nextLine();
    int code = programs.exitCode(program, run, run.log());
    if (code != 0) {
      run.log().relabel(before, "ERROR");
    }
    return code;
  }

  private void leave(Path file, TaskRun run) throws IOException {
    if (remains == Remains.KEPT) {
      run.log().line("DEBUG", "kept " + file);
    } else {
      Files.deleteIfExists(file);
    }
  }

  private static Map<String, Object> mapping(Map<String, Object> arguments, String name) {
    return arguments.get(name) instanceof Map<?, ?> map ? NodeAttributes.texts(map) : Map.of();
  }

  private static List<String> texts(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    return value == null ? List.of() : List.of(String.valueOf(value));
  }
}
