package dev.metronome.pipeline.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.testing.Member;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.cluster.CamelClusterMember;
import org.apache.camel.cluster.CamelClusterView;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contract of a CamelClusterService, as {@code master:} uses it. */
class ConsulClusterServiceTest {

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final List<Node> nodes = new ArrayList<>();

  private final class Node {
    private final Member member;
    private final Leadership leadership;
    private final ConsulClusterService service;
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final AtomicInteger ticks = new AtomicInteger();

    Node(String name) throws Exception {
      member = Member.of(consul, name);
      leadership =
          new Leadership(
              member.connection(),
              member.sessions(),
              "metronome/leader",
              name.getBytes(StandardCharsets.UTF_8));
      service = new ConsulClusterService(leadership, name);
      context.addService(service);
      context.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("master:metronome:timer:tick?period=20&delay=0")
                  .process(exchange -> ticks.incrementAndGet());
            }
          });
      context.start();
      leadership.start();
      member.join();
      nodes.add(this);
    }

    boolean ticks() {
      int before = ticks.get();
      await().pollDelay(Duration.ofMillis(150)).until(() -> true);
      return ticks.get() > before;
    }

    void close() {
      leadership.close();
      context.stop();
      member.close();
    }
  }

  @AfterEach
  void close() {
    nodes.forEach(Node::close);
    consul.close();
  }

  @Test
  void a_master_route_runs_on_the_leader_only_and_moves_with_it() throws Exception {
    Node first = new Node("a");
    await().until(first::ticks);
    Node second = new Node("b");
    assertThat(second.ticks()).isFalse();

    first.leadership.close();

    await().until(second::ticks);
    await().until(() -> !first.ticks());
  }

  @Test
  void a_master_route_comes_back_to_a_leader_whose_session_was_destroyed() throws Exception {
    Node only = new Node("a");
    await().until(only::ticks);
    int before = only.ticks.get();

    only.member.destroySession();

    await().until(() -> only.leadership.isLeader() && only.ticks());
    assertThat(only.ticks.get()).isGreaterThan(before);
  }

  @Test
  void a_view_tells_who_leads_as_far_as_this_node_knows() throws Exception {
    Node first = new Node("a");
    await().until(first.leadership::isLeader);
    Node second = new Node("b");

    CamelClusterView own = first.service.getView("metronome");
    CamelClusterView other = second.service.getView("metronome");

    assertThat(own.getLeader()).map(CamelClusterMember::getId).hasValue("a");
    assertThat(own.getLocalMember().isLeader()).isTrue();
    assertThat(own.getLocalMember().isLocal()).isTrue();
    assertThat(own.getMembers()).hasSize(1);
    assertThat(other.getLeader()).isEmpty();
    assertThat(other.getLocalMember().isLeader()).isFalse();
  }

  @Test
  void a_view_that_is_made_while_this_node_leads_knows_it() throws Exception {
    Node only = new Node("a");
    await().until(only.leadership::isLeader);
    AtomicInteger late = new AtomicInteger();

    only.context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("master:other:timer:late?period=20&delay=0")
                .process(exchange -> late.incrementAndGet());
          }
        });

    await().until(() -> late.get() > 0);
  }
}
