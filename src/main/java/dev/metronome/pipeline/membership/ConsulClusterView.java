package dev.metronome.pipeline.membership;

import java.util.List;
import java.util.Optional;
import org.apache.camel.cluster.CamelClusterMember;
import org.apache.camel.cluster.CamelClusterService;
import org.apache.camel.support.cluster.AbstractCamelClusterView;

/** One namespace of the cluster service; all of them follow the same leadership. */
public final class ConsulClusterView extends AbstractCamelClusterView {

  private final Leadership leadership;
  private final Member self;

  ConsulClusterView(
      CamelClusterService service, String namespace, Leadership leadership, String node) {
    super(service, namespace);
    this.leadership = leadership;
    this.self = new Member(node);
    leadership.listen(
        leader -> {
          if (isStarted()) {
            fireLeadershipChangedEvent(leader ? self : null);
          }
        });
  }

  @Override
  protected void doStart() {
    if (leadership.isLeader()) {
      fireLeadershipChangedEvent(self);
    }
  }

  @Override
  public Optional<CamelClusterMember> getLeader() {
    return leadership.isLeader() ? Optional.of(self) : Optional.empty();
  }

  @Override
  public CamelClusterMember getLocalMember() {
    return self;
  }

  /** Only this agent: who else there is stands in the presence keys. */
  @Override
  public List<CamelClusterMember> getMembers() {
    return List.of(self);
  }

  private final class Member implements CamelClusterMember {
    private final String node;

    Member(String node) {
      this.node = node;
    }

    @Override
    public String getId() {
      return node;
    }

    @Override
    public boolean isLeader() {
      return leadership.isLeader();
    }

    @Override
    public boolean isLocal() {
      return true;
    }
  }
}
