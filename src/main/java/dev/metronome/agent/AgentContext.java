package dev.metronome.agent;

import dev.metronome.base.log.Redaction;
import dev.metronome.config.Configuration;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Keys;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.dispatch.Limits;
import dev.metronome.pipeline.membership.Incarnation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;

/**
 * What each part of one agent is given.
 *
 * @param environment of this process, for operations
 * @param files its task files
 * @param signatures signs the events that it accepts, and judges those that it is to act on
 * @param node its name
 * @param self this very process
 * @param version of this agent, as others see it
 */
record AgentContext(
    Configuration configuration,
    Map<String, String> environment,
    ConsulConnection connection,
    TaskFiles files,
    EventSignatures signatures,
    String node,
    Incarnation self,
    String version,
    Clock clock) {

  Keys keys() {
    return new Keys(configuration.text("prefix"));
  }

  /** How long the leader waits for what. */
  Limits limits() {
    return new Limits(
        configuration.duration("start-timeout"),
        configuration.duration("finish-timeout"),
        configuration.duration("lost-after"),
        configuration.duration("lost-after-retryable"),
        configuration.duration("cancel-timeout"));
  }

  /** What tells apart agents of one name on one host. */
  String cluster() {
    return connection.url() + " " + configuration.text("prefix");
  }

  /** The file of the tasks that this node has ended. */
  Path endedTasks() {
    CRC32 cluster = new CRC32();
    cluster.update(cluster().getBytes(StandardCharsets.UTF_8));
    return configuration
        .stateFolder()
        .resolve("ended-" + node + "-" + Long.toHexString(cluster.getValue()) + ".jsonl");
  }

  /** Hides known secrets in a text. */
  UnaryOperator<String> redaction() {
    return Redaction.of(configuration.secrets())::apply;
  }
}
