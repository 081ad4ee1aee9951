package dev.metronome.config;

import static dev.metronome.config.Group.AGENT;
import static dev.metronome.config.Group.CONSUL;
import static dev.metronome.config.Group.LIMITS;
import static dev.metronome.config.Group.LOG;
import static dev.metronome.config.Group.TASKS;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The catalogue: every setting there is, in the order of help and of the example file. A key stands
 * here or nowhere.
 */
public final class Settings {
  private static final long SECOND = 1_000;
  private static final long HOUR = 3_600 * SECOND;
  private static final long DAY = 24 * HOUR;

  private static final List<Setting> ALL =
      List.of(
          text(
              "host",
              CONSUL,
              "127.0.0.1",
              "Name or address of the local Consul agent, or unix:// and the path of its socket"),
          number("port", CONSUL, 8500, 1, 65535, "Its HTTP or HTTPS port"),
          choice(
              "protocol",
              CONSUL,
              "",
              List.of("http", "https"),
              "http or https; unset: https if the port is 8501 or CONSUL_HTTP_SSL is true"),
          secret("token", CONSUL, "ACL token; better in a file, see token-file"),
          secret(
              "payload-token",
              CONSUL,
              "What an unsigned event's payload must be; without it or a signing key, the ACL token"),
          secret(
              "signing-key",
              CONSUL,
              "KEYID:SECRET that signs events, a second one that is valid too; better in a file"),
          file("signing-key-file", CONSUL, "File of such keys, one a line; the first one signs"),
          flag(
              "require-signature",
              CONSUL,
              false,
              "Run tasks only for events that were accepted with a signing key of this node"),
          file("token-file", CONSUL, "File whose only content is the ACL token"),
          secret("operation-token", CONSUL, "ACL token of operations; without it the agent's own"),
          file("operation-token-file", CONSUL, "File whose only content is that token"),
          flag("insecure-skip-verify", CONSUL, false, "Do not verify Consul's TLS certificate"),
          file(
              "ca-cert", CONSUL, "PEM file of the authorities to trust, or a folder of such files"),
          file("client-cert", CONSUL, "PEM file of the certificate to show to Consul"),
          file("client-key", CONSUL, "PEM file of that certificate's private key"),
          text("tls-server-name", CONSUL, "", "Name to expect in Consul's certificate"),
          text("namespace", CONSUL, "", "Consul Enterprise namespace"),
          text("partition", CONSUL, "", "Consul Enterprise admin partition"),
          secret(
              "basic-auth",
              CONSUL,
              "USER:PASSWORD for what stands before Consul and asks for them"),
          text("prefix", CONSUL, "metronome/", "Where Metronome's keys are in Consul"),
          text("node", AGENT, "", "Name of this node; unset: the Consul agent's own"),
          text(
              "http-host",
              AGENT,
              "127.0.0.1",
              "Address to listen on; one that others reach needs http-users, and TLS or"
                  + " http-insecure"),
          number("http-port", AGENT, 8520, 0, 65535, "Port there; 0: any that is free"),
          file("http-cert", AGENT, "PEM file of the certificate to show there, with its chain"),
          file("http-key", AGENT, "PEM file of that certificate's private key"),
          file(
              "http-users",
              AGENT,
              "File of who may ask there, as metronome user makes its lines; unset: everybody"),
          flag("http-insecure", AGENT, false, "Listen without TLS where others can reach it"),
          file(
              "routes",
              AGENT,
              "Folder of routes; unset: /etc/metronome/routes, else ./routes if only its owner writes it"),
          flag("dev", AGENT, false, "Reload routes when their files change"),
          file(
              "state-dir",
              AGENT,
              "Folder of the lock that keeps a second agent of this name off this host, and of what the"
                  + " node has ended; unset:"
                  + " /run/metronome, or one of the user's own"),
          file(
              "output-dir",
              AGENT,
              "Folder of the full output of tasks; unset: output in state-dir if that is set, else"
                  + " /var/lib/metronome/output, or one of the user's own"),
          flag("hawtio", AGENT, false, "Show the routes in a browser, at /hawtio on the port"),
          flag("tracing", AGENT, false, "Send a trace of each event by OTLP; OTEL_* say where to"),
          flag(
              "warm-up",
              AGENT,
              true,
              "Run the code of an event after the start, without Consul, so that the first real one"
                  + " is faster"),
          list("files", TASKS, "Paths or globs of task.yml files, with commas between them"),
          list("role", TASKS, "Roles of this server, with commas between them"),
          duration(
              "reload-interval",
              TASKS,
              "2s",
              0,
              HOUR,
              "Between looks for changed task files, renewed certificates and rotated tokens;"
                  + " 0: they are read again at SIGHUP only"),
          flag("skippable", TASKS, true, "A task that no server needs is skipped, not failed"),
          file("variables", TASKS, "variables.yml; unset: beside config.yml"),
          choice(
              "service-manager",
              TASKS,
              "",
              List.of("init", "systemd"),
              "init or systemd; unset: whichever this machine runs"),
          text(
              "run-as",
              TASKS,
              "",
              "Account that programs of operations run as, unless their task says run_as; unset: the"
                  + " agent's own"),
          text("proxy-host", TASKS, "", "HTTP proxy of the operations"),
          number("proxy-port", TASKS, 8080, 1, 65535, "The proxy's port"),
          text("no-proxy", TASKS, "", "Hosts that operations reach without the proxy"),
          duration("start-timeout", LIMITS, "120s", SECOND, DAY, "For a task's first node"),
          duration("finish-timeout", LIMITS, "3600s", SECOND, 7 * DAY, "For a task on all nodes"),
          duration("lost-after", LIMITS, "5s", SECOND, HOUR, "Until an unlocked claim is lost"),
          duration(
              "lost-after-retryable",
              LIMITS,
              "60s",
              SECOND,
              HOUR,
              "The same for a retryable task: longer than a restart of the agent takes"),
          duration("cancel-timeout", LIMITS, "60s", SECOND, DAY, "For a cancelled task on a node"),
          duration("poll-interval", LIMITS, "10s", 100, HOUR, "Safety net beside the watches"),
          duration("session-ttl", LIMITS, "30s", 10 * SECOND, DAY, "Of the Consul session"),
          duration("check-interval", LIMITS, "1s", 100, HOUR, "Of the agent's health check"),
          duration("kill-grace", LIMITS, "5s", 0, HOUR, "From TERM to KILL for an operation"),
          duration("grace-period", LIMITS, "30s", 0, DAY, "For operations when the agent stops"),
          size("log-limit", "128KiB", 1 << 10, 256 << 10, "Output kept for each node and task"),
          size(
              "output-limit",
              "16MiB",
              0,
              1 << 30,
              "Output kept on this node for each task that runs, or whose log could not take it;"
                  + " 0: none"),
          size("output-total", "256MiB", 0, 1L << 40, "Of all such tasks that have ended"),
          duration("output-keep", LIMITS, "7d", SECOND, 3_650 * DAY, "How long that is kept"),
          flag("log-colours", LIMITS, false, "Keep the colours that operations print"),
          number(
              "queue-limit",
              LIMITS,
              10_000,
              1,
              1_000_000,
              "Events that may wait; more are refused"),
          duration("keep", LIMITS, "30d", SECOND, 3_650 * DAY, "How long results are kept"),
          number(
              "keep-events", LIMITS, 1_000, 0, 10_000, "Newest events whose results always stay"),
          duration("keep-interval", LIMITS, "1h", SECOND, DAY, "Between looks for older results"),
          choice("log-format", LOG, "text", List.of("text", "json"), "text or json"),
          choice(
              "log-level",
              LOG,
              "info",
              List.of("error", "warn", "info", "debug"),
              "error, warn, info or debug"),
          flag("debug", LOG, false, "Log more, and show stack traces"));

  private static final Map<String, Setting> BY_KEY = byKey();

  private Settings() {}

  /** Every setting, in order. */
  public static List<Setting> all() {
    return ALL;
  }

  /** Every key, in order. */
  public static Set<String> keys() {
    return BY_KEY.keySet();
  }

  /** The setting of that key, if there is one. */
  public static Optional<Setting> find(String key) {
    return Optional.ofNullable(BY_KEY.get(key));
  }

  /**
   * The setting of that key.
   *
   * @throws IllegalArgumentException if there is none, which is a mistake in the calling code
   */
  public static Setting of(String key) {
    return find(key).orElseThrow(() -> new IllegalArgumentException("no setting `" + key + "`"));
  }

  private static Map<String, Setting> byKey() {
    Map<String, Setting> byKey = new LinkedHashMap<>();
    ALL.forEach(setting -> byKey.put(setting.key(), setting));
    return byKey;
  }

  private static Setting text(String key, Group group, String value, String description) {
    return choice(key, group, value, List.of(), description);
  }

  private static Setting file(String key, Group group, String description) {
    return new Setting(key, group, Kind.FILE, "", Setting.Limits.NONE, List.of(), description);
  }

  private static Setting choice(
      String key, Group group, String value, List<String> choices, String description) {
    return new Setting(key, group, Kind.TEXT, value, Setting.Limits.NONE, choices, description);
  }

  private static Setting secret(String key, Group group, String text) {
    return new Setting(key, group, Kind.SECRET, "", Setting.Limits.NONE, List.of(), text);
  }

  private static Setting list(String key, Group group, String text) {
    return new Setting(key, group, Kind.LIST, "", Setting.Limits.NONE, List.of(), text);
  }

  private static Setting flag(String key, Group group, boolean value, String text) {
    String word = Boolean.toString(value);
    return new Setting(key, group, Kind.FLAG, word, Setting.Limits.NONE, List.of(), text);
  }

  private static Setting number(
      String key, Group group, long value, long least, long most, String text) {
    Setting.Limits limits = new Setting.Limits(least, most);
    return new Setting(key, group, Kind.NUMBER, Long.toString(value), limits, List.of(), text);
  }

  private static Setting duration(
      String key, Group group, String value, long least, long most, String text) {
    Setting.Limits limits = new Setting.Limits(least, most);
    return new Setting(key, group, Kind.DURATION, value, limits, List.of(), text);
  }

  private static Setting size(String key, String value, long least, long most, String text) {
    Setting.Limits limits = new Setting.Limits(least, most);
    return new Setting(key, LIMITS, Kind.SIZE, value, limits, List.of(), text);
  }
}
