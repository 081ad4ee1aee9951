package dev.metronome.pipeline.process;

import dev.metronome.base.account.UserSwitch;
import dev.metronome.base.account.UserSwitchException;
import dev.metronome.base.crash.CrashPoint;
import dev.metronome.base.encoding.NativeText;
import dev.metronome.pipeline.process.ProcessOutcome.NotStarted;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * Starts commands, each in a session and process group of its own where {@code setsid} exists.
 *
 * <p><i>Guarantees:</i> a command begins only after its output is being read and its timeout runs;
 * if the agent dies before that, it never begins. When its time is up, its whole {@link
 * ProcessTree} is ended. When it exits, what it left running in the background, as an init script
 * does, runs on.
 *
 * <p><i>Does not guarantee</i> a limit of memory, processes or files: give the agent's service one.
 * Where {@code setsid} is absent, a process that has left its parents is found by its cookie only.
 * Variables of the base environment whose names no shell can hold are not passed on.
 *
 * <p>Safe for use by several threads.
 */
public final class ProcessRunner {
  private static final String SHELL = "/bin/sh";
  private static final String LAUNCH_MECHANISM = "jdk.lang.Process.launchMechanism";

  /** The command's processes wait here until we hold the other end of their output. */
  private static final String GATE = "read -r METRONOME_GATE && exec \"$@\"";

  private static final String WITHOUT_INPUT = " </dev/null";

  /** The reading ends of its own output: see {@link OutputKeeper}. */
  private static final String HOLDING = " 7</proc/self/fd/1 8</proc/self/fd/2";

  /** What is over by then needs no control group, which costs more than many a script. */
  private static final Duration BRIEF = Duration.ofMillis(50);

  static {
    startWithoutGoBetween();
  }

  private final Map<String, String> baseEnvironment;
  private final Optional<String> setsid;
  private final ProcessTable table = new ProcessTable();
  private final ControlGroups controlGroups;
  private final TreeKiller killer;
  private final Duration brief;
  private final CommandEncoding encoding;
  private final Login login = new Login(UserSwitch.ofThisProcess());
  private final Optional<OutputKeeper> keeper;

  /**
   * The JDK's way on Linux is to start a program of its own that starts the command: one more start
   * of a process for each, a third of what all of them cost. Has no effect after the JVM's first
   * process, and JDK 26 and newer warn of it.
   */
  private static void startWithoutGoBetween() {
    boolean able =
        System.getProperty("os.name").equals("Linux") && Runtime.version().feature() < 26;
    if (able && System.getProperty(LAUNCH_MECHANISM) == null) {
      System.setProperty(LAUNCH_MECHANISM, "VFORK");
    }
  }

  /**
   * @param baseEnvironment what every command gets; nothing else of the agent's own environment
   *     reaches it
   */
  public ProcessRunner(Map<String, String> baseEnvironment) {
    this(baseEnvironment, Optional.empty());
  }

  /**
   * @param baseEnvironment what every command gets; nothing else of the agent's own environment
   *     reaches it
   * @param keeper reads on what commands print if the agent is killed; without one, who prints then
   *     ends by SIGPIPE
   */
  public ProcessRunner(Map<String, String> baseEnvironment, Optional<OutputKeeper> keeper) {
    this(baseEnvironment, findSetsid(), ControlGroups.own(), BRIEF, NativeText.ofProcess(), keeper);
  }

  ProcessRunner(
      Map<String, String> baseEnvironment, Optional<String> setsid, ControlGroups controlGroups) {
    this(baseEnvironment, setsid, controlGroups, BRIEF, NativeText.ofProcess(), Optional.empty());
  }

  /**
   * @param brief how long an execution may last without a control group
   * @param text what can be encoding to a command
   */
  ProcessRunner(
      Map<String, String> baseEnvironment,
      Optional<String> setsid,
      ControlGroups controlGroups,
      Duration brief,
      NativeText text,
      Optional<OutputKeeper> keeper) {
    this.baseEnvironment = Map.copyOf(baseEnvironment);
    this.setsid = setsid;
    this.controlGroups = controlGroups;
    this.killer = new TreeKiller(table, controlGroups);
    this.brief = brief;
    this.encoding = new CommandEncoding(text);
    this.keeper = keeper;
  }

  /**
   * Starts a command; does not wait for it. That it could not be started is an outcome, too.
   *
   * @param cookie names the execution in the environment of each of its processes; no other
   *     execution may have it
   * @param output takes in stdout and stderr as they come
   */
  public Execution start(ProcessCommand command, Cookie cookie, BoundedOutput output) {
    Map<String, String> own = environment(command, cookie);
    Map<String, String> environment = command.user().isPresent() ? Login.covered(own) : own;
    Optional<NotStarted> obstacle =
        encoding
            .obstacle(command, environment)
            .or(() -> ExecutableSearch.obstacle(command, own))
            .or(() -> obstacleToSwitch(command));
    if (obstacle.isPresent()) {
      return Execution.notStarted(cookie, obstacle.get());
    }
    try {
      CrashPoint.before("spawn");
      Optional<OutputKeeper> holding = keeper.filter(OutputKeeper::isReady);
      List<String> argv = argv(command, own.keySet(), holding.isPresent());
      Process process = spawn(argv, command, environment, holding);
      Execution execution = supervise(process, command, cookie, output, holding);
      CrashPoint.after("spawn");
      return execution;
    } catch (IOException | UserSwitchException e) {
      return Execution.notStarted(cookie, refused(command, e));
    }
  }

  /** Without a session of its own it could type into the terminal of who started us. */
  private Optional<NotStarted> obstacleToSwitch(ProcessCommand command) {
    return command
        .user()
        .filter(user -> setsid.isEmpty())
        .map(
            user ->
                new NotStarted(
                    NotStarted.REFUSED,
                    "running programs as " + user.name() + " needs setsid; install util-linux"));
  }

  private Execution supervise(
      Process process,
      ProcessCommand command,
      Cookie cookie,
      BoundedOutput output,
      Optional<OutputKeeper> holding)
      throws IOException {
    try {
      command.user().ifPresent(user -> Login.giveAway(process.pid(), user));
      holding.ifPresent(it -> it.attach(process.pid(), output.keptAs()));
      CountDownLatch open = new CountDownLatch(2);
      Runnable ended = () -> released(process.pid(), open, holding);
      List<OutputDrain> drains =
          List.of(
              new OutputDrain(process.getInputStream(), OutputSource.OUT, output, ended),
              new OutputDrain(process.getErrorStream(), OutputSource.ERR, output, ended));
      OutputDrain.start(drains, "output-" + process.pid());
      ProcessTree tree = new ProcessTree(table, cookie, rootOf(process));
      Supervisor supervisor =
          new Supervisor(process, command, tree, killer, controlGroups, drains, brief);
      supervisor.start();
      String gate = holding.isPresent() && waitsByItself(command) ? "exec" + HOLDING : "";
      new InputFeed(process.getOutputStream())
          .start(gate, command.stdin(), "input-" + process.pid());
      return new Execution(cookie, supervisor.outcome(), supervisor::cancel);
    } catch (OutOfMemoryError e) {
      process.toHandle().destroyForcibly();
      throw new IOException("no thread or memory to supervise it: " + e.getMessage(), e);
    }
  }

  private static void released(long pid, CountDownLatch open, Optional<OutputKeeper> holding) {
    open.countDown();
    if (open.getCount() == 0) {
      holding.ifPresent(it -> it.detach(pid));
    }
  }

  private ProcessTable.Entry rootOf(Process process) throws IOException {
    return table
        .read(process.pid())
        .orElseThrow(() -> new IOException("it was killed before it began"));
  }

  private Process spawn(
      List<String> argv,
      ProcessCommand command,
      Map<String, String> environment,
      Optional<OutputKeeper> holding)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(argv);
    builder.directory(command.directory().toFile());
    hand(environment, builder.environment());
    if (holding.isPresent()) {
      builder.environment().putIfAbsent("LVM_SUPPRESS_FD_WARNINGS", "1"); // of 7 and 8
    }
    return builder.start();
  }

  /** What is inherited as it is keeps its very bytes, whatever this process can read of them. */
  private static void hand(Map<String, String> environment, Map<String, String> target) {
    target.keySet().retainAll(environment.keySet());
    environment.forEach(
        (name, value) -> {
          if (!CommandEncoding.isInherited(name, value) || !target.containsKey(name)) {
            target.put(name, value);
          }
        });
  }

  /** A shell line of our own; what follows are its arguments. */
  static List<String> shell(String line) {
    return List.of(SHELL, "-c", line, "metronome");
  }

  /** The gate is the agent's: it opens descriptors that the user could not. */
  private List<String> argv(ProcessCommand command, Set<String> variables, boolean holding) {
    List<String> argv = new ArrayList<>();
    setsid.ifPresent(argv::add);
    if (!waitsByItself(command)) {
      String input = command.stdin().isPresent() ? "" : WITHOUT_INPUT;
      String gate = GATE + (holding ? HOLDING : "") + input;
      argv.addAll(shell(gate));
    }
    argv.addAll(
        command
            .user()
            .map(user -> login.argv(user, command.argv(), variables))
            .orElse(command.argv()));
    return argv;
  }

  /**
   * A shell that is fed its script does nothing before: it needs no other to wait in front of it.
   */
  private static boolean waitsByItself(ProcessCommand command) {
    return command.user().isEmpty()
        && command.stdin().isPresent()
        && command.argv().equals(List.of(SHELL));
  }

  private Map<String, String> environment(ProcessCommand command, Cookie cookie) {
    Map<String, String> environment =
        command
            .user()
            .map(user -> Login.environment(baseEnvironment, user))
            .orElseGet(() -> new HashMap<>(baseEnvironment));
    environment.putAll(command.environment());
    environment.put(Cookie.VARIABLE, cookie.value());
    return environment;
  }

  private static NotStarted refused(ProcessCommand command, Exception e) {
    String reason = "program " + command.program() + " could not be started: " + e.getMessage();
    return new NotStarted(NotStarted.REFUSED, reason);
  }

  static Optional<String> findSetsid() {
    String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/bin:/bin";
    return Stream.of(path.split(File.pathSeparator))
        .map(folder -> Path.of(folder, "setsid"))
        .filter(file -> file.isAbsolute() && Files.isExecutable(file))
        .map(Path::toString)
        .findFirst();
  }
}
