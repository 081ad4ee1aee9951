package dev.metronome.agent.route;

import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The routes in force: those of the jar, with files of the same name in the user's folder in their
 * place, and the folder's others beside them.
 *
 * @param byName Camel's resource, {@code classpath:} or {@code file:}, by file name
 * @param unread which files of the folder look like routes and are not taken
 */
public record RouteFiles(Map<String, String> byName, List<Problem> unread) {

  static final String ENDING = ".camel.yaml";
  private static final String OPERATION = "operation-";
  private static final String FOLDER = "routes";

  /** The jar's own, by name: to look for them there takes as long as to start half of Camel. */
  private static final Set<String> BUILT_IN =
      Stream.of(
              "advance",
              "advance-timer",
              "advance-watch",
              "approval-wanted",
              "batch-finished",
              "cron",
              "dispatch",
              "dispatch-timer",
              "dispatch-watch",
              "drain",
              "errors",
              "event-finished",
              "execute",
              "health-gate",
              "intake",
              "metrics",
              "notify",
              "operation-chef",
              "operation-consul-event",
              "operation-consul-kvs",
              "operation-echo",
              "operation-execute",
              "operation-service",
              "plan",
              "retain",
              "run-attempts",
              "run-operations",
              "run-task",
              "select-targets",
              "submit",
              "submit-http",
              "take-over",
              "task-finished")
          .map(name -> name + ENDING)
          .collect(Collectors.toUnmodifiableSet());

  private static final List<String> DECIDING =
      List.of("advance", "dispatch", "health-gate", "plan", "select-targets");
  private static final Set<String> LOCAL =
      Set.of(
          "run-task" + ENDING,
          "run-attempts" + ENDING,
          "run-operations" + ENDING,
          "errors" + ENDING);

  public RouteFiles {
    byName = Map.copyOf(new TreeMap<>(byName));
    unread = List.copyOf(unread);
  }

  /**
   * @param folder the user's routes; absent for those of the jar alone
   * @throws RouteException if the folder cannot be read
   */
  public static RouteFiles of(Optional<Path> folder) {
    Map<String, String> files = new TreeMap<>();
    BUILT_IN.forEach(name -> files.put(name, "classpath:" + FOLDER + "/" + name));
    folder.ifPresent(
        own ->
            names(own)
                .forEach(name -> files.put(name, "file:" + own.toAbsolutePath().resolve(name))));
    return new RouteFiles(files, folder.map(RouteFiles::unread).orElse(List.of()));
  }

  /** What Camel is told to load. */
  public String includes() {
    return String.join(",", new TreeSet<>(byName.values()));
  }

  /**
   * Those that can run tasks without a cluster: the route of tasks, the operations, and the user's
   * own files that do not stand in the place of another part of the pipeline.
   */
  public RouteFiles local() {
    Map<String, String> local = new TreeMap<>(byName);
    local.keySet().removeIf(name -> BUILT_IN.contains(name) && !isLocal(name));
    return new RouteFiles(local, unread);
  }

  private static boolean isLocal(String name) {
    return name.startsWith(OPERATION) || LOCAL.contains(name);
  }

  /** The operations that task files can name: one for each route file {@code operation-NAME}. */
  public Set<String> operations() {
    return new TreeSet<>(operationFiles().keySet());
  }

  /** The route file of each operation, by the operation's name. */
  Map<String, String> operationFiles() {
    Map<String, String> files = new TreeMap<>();
    for (Map.Entry<String, String> each : byName.entrySet()) {
      String name = each.getKey();
      if (name.startsWith(OPERATION)) {
        String operation = name.substring(OPERATION.length(), name.length() - ENDING.length());
        files.put(operation, each.getValue());
      }
    }
    return files;
  }

  /**
   * What task files may use: the original's operations with their rules, and these routes, with
   * those of the JSON Schema beside a route, {@code operation-NAME.schema.json}, if there is one.
   *
   * @param prefix of Metronome's own keys
   * @throws RouteException if a schema cannot be read
   */
  public OperationTypes operationTypes(String prefix) {
    OperationTypes known = OperationTypes.builtIn(prefix).and(operations());
    return ArgumentSchemas.beside(operationFiles(), known);
  }

  /**
   * The routes that decide which event is dispatched and which nodes run a task, where the user's
   * file says otherwise than the jar's; by name.
   */
  public List<String> edited() {
    return DECIDING.stream().filter(route -> isEdited(route + ENDING)).toList();
  }

  private boolean isEdited(String name) {
    String uri = byName.get(name);
    if (uri == null || !uri.startsWith("file:")) {
      return false;
    }
    try (InputStream shipped = RouteFiles.class.getResourceAsStream("/" + FOLDER + "/" + name)) {
      byte[] own = Files.readAllBytes(Path.of(uri.substring("file:".length())));
      return shipped == null || !Arrays.equals(own, shipped.readAllBytes());
    } catch (IOException e) {
      return true; // who loads it says so
    }
  }

  /**
   * What can never work of the user's own files, each by itself and all together, and what is
   * allowed and hardly meant.
   */
  public List<Problem> problems() {
    if (own().isEmpty()) {
      return unread;
    }
    RouteCheck check = new RouteCheck(this);
    return Stream.concat(check.problems().stream(), check.doubts().stream()).toList();
  }

  /** The files of the jar that would be in force without any of the user's. */
  static Set<String> builtIn() {
    return BUILT_IN;
  }

  /** The files that are the user's own. */
  public Collection<String> own() {
    return byName.values().stream().filter(uri -> uri.startsWith("file:")).sorted().toList();
  }

  private static List<Problem> unread(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.toAbsolutePath().toString())
          .filter(file -> file.matches(".*\\.(ya?ml|xml|java)") && !file.endsWith(ENDING))
          .sorted()
          .map(
              file ->
                  RouteText.whole(file)
                      .doubt("it is not read, the name of a route file ends in " + ENDING))
          .toList();
    } catch (IOException e) {
      return List.of(); // who reads the names says so
    }
  }

  /**
   * The names of a folder's route files.
   *
   * @throws RouteException if it cannot be read
   */
  static Set<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      Set<String> names = new TreeSet<>();
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ENDING) && !name.startsWith("."))
          .forEach(names::add);
      return names;
    } catch (IOException e) {
      throw new RouteException(
          "the routes folder " + folder + " cannot be read: " + e.getMessage(), e);
    }
  }
}
