package dev.metronome.pipeline.operation;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ForeignKeys;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.testing.Member;

/** A Consul on a port, with keys of others that operations read and write. */
final class ForeignConsul implements AutoCloseable {

  private static final String NODE = "one";

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final ConsulConnection connection = Member.connection(consul, NODE);
  final ForeignKeys keys = new ForeignKeys(connection);

  String port() {
    return Integer.toString(consul.agent(NODE).getPort());
  }

  /** From now on nobody reaches it. */
  void disconnect() {
    consul.disconnect(NODE);
  }

  @Override
  public void close() {
    connection.close();
    consul.close();
  }
}
