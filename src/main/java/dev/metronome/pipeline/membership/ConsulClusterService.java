package dev.metronome.pipeline.membership;

import org.apache.camel.support.cluster.AbstractCamelClusterService;

/**
 * Camel's view of the leadership, for {@code master:} endpoints and clustered route policies. There
 * is one leader for all namespaces: the agent that leads, leads all of them.
 */
public final class ConsulClusterService extends AbstractCamelClusterService<ConsulClusterView> {

  private final Leadership leadership;
  private final String node;

  /**
   * @param node this agent's name, as members know it
   */
  public ConsulClusterService(Leadership leadership, String node) {
    super("metronome");
    this.leadership = leadership;
    this.node = node;
  }

  @Override
  protected ConsulClusterView createView(String namespace) {
    return new ConsulClusterView(this, namespace, leadership, node);
  }
}
