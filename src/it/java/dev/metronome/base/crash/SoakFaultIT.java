package dev.metronome.base.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Random faults under load, the same ones for the same seed: {@code -Dminutes=10 -Dseed=1}. */
@ExtendWith(FaultBench.class)
@Tag("soak")
class SoakFaultIT {

  /** Its agent meets every fault but the end of its process, so that its heap shows what stays. */
  private static final String ELDER = Bench.LB;

  private static final List<String> MORTALS = List.of(Bench.DB, Bench.APP);

  private static final List<String> EVENTS = List.of("quick", "wide", "probe");

  /** With more events waiting none is fired: a machine with other work would never be done. */
  private static final int BACKLOG = 100;

  private final long seed = Long.getLong("seed", System.nanoTime() & 0xFFFF);
  private final Duration length = Duration.ofMinutes(Long.getLong("minutes", 10));
  private final Random random = new Random(seed);
  private final Map<String, Integer> faults = new LinkedHashMap<>();
  private final Heaps heaps = new Heaps();

  @Test
  @DisplayName("F30 soak")
  void every_promise_holds_under_random_faults(Scenario scenario) {
    System.err.printf("soak: -Dseed=%d -Dminutes=%d%n", seed, length.toMinutes());
    scenario.with("--start-timeout", "30s").cluster();
    long end = System.nanoTime() + length.toNanos();
    List<String> fired = new ArrayList<>();
    while (System.nanoTime() < end) {
      calm(scenario, fired, 4 + random.nextInt(5));
      Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
      faults.merge(fault.word(), 1, Integer::sum);
      List<String> nodes = fault.endsProcess() ? MORTALS : Bench.NODES;
      fault.strike(scenario, nodes.get(random.nextInt(nodes.size())), random);
      calm(scenario, fired, 2 + random.nextInt(6));
      scenario.heal();
      heaps.look(scenario, fired.size());
    }
    await("the end of all events")
        .atMost(Duration.ofMinutes(10))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> scenario.waiting() <= 1 && ended(scenario, fired));
    report(scenario, fired);
  }

  /** Events come in for so many seconds, some four a second, if the cluster keeps up with them. */
  private void calm(Scenario scenario, List<String> fired, int seconds) {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    while (System.nanoTime() < end) {
      String name = EVENTS.get(random.nextInt(EVENTS.size()));
      if (scenario.waiting() < BACKLOG) {
        scenario.tryFire(name).ifPresent(fired::add);
      }
      long next = System.nanoTime() + 250_000_000L;
      await("the next event")
          .pollInterval(Duration.ofMillis(20))
          .until(() -> System.nanoTime() > next);
    }
  }

  private static boolean ended(Scenario scenario, List<String> fired) {
    return !List.of("", "inprogress").contains(scenario.status(fired.get(fired.size() - 1)));
  }

  private void report(Scenario scenario, List<String> fired) {
    Map<String, Integer> ends = new LinkedHashMap<>();
    fired.forEach(id -> ends.merge(scenario.status(id), 1, Integer::sum));
    List<String> violations = new ArrayList<>(scenario.violations());
    heaps.violation().ifPresent(violations::add);
    heaps.write(Path.of("target", "soak-heap.tsv"));
    System.err.printf(
        "soak: seed=%d events=%d ends=%s faults=%s violations=%s%nsoak: heap: %s%n",
        seed, fired.size(), ends, faults, violations, heaps);
    assertThat(violations).isEmpty();
  }

  /** What may go wrong; whatever it is, {@link Scenario#heal} undoes it. */
  private enum Fault {
    KILL_LEADER {
      @Override
      void strike(Scenario scenario, String node, Random random) {
        String leader = scenario.leader();
        if (leader.equals(ELDER)) {
          END_SESSION.strike(scenario, node, random);
        } else {
          scenario.kill(leader);
        }
      }
    },
    KILL_NODE {
      @Override
      boolean endsProcess() {
        return true;
      }

      @Override
      void strike(Scenario scenario, String node, Random random) {
        scenario.kill(node);
      }
    },
    STOP_NODE {
      @Override
      boolean endsProcess() {
        return true;
      }

      @Override
      void strike(Scenario scenario, String node, Random random) {
        scenario.terminate(node).agent(node).awaitExit();
      }
    },
    PAUSE_NODE {
      @Override
      void strike(Scenario scenario, String node, Random random) {
        scenario.pause(node);
      }
    },
    CUT_NODE {
      @Override
      void strike(Scenario scenario, String node, Random random) {
        ConsulProxy.Link[] links = ConsulProxy.Link.values();
        scenario.proxy(node).link(links[1 + random.nextInt(links.length - 1)]);
      }
    },
    LOSE_REPLIES {
      @Override
      void strike(Scenario scenario, String node, Random random) {
        for (String step : List.of("dispatch", "claim", "finish", "close", "lead")) {
          scenario.proxies().forEach(proxy -> proxy.loseReply(Request.step(step)));
        }
      }
    },
    BREAK_WRITES {
      @Override
      void strike(Scenario scenario, String node, Random random) {
        scenario.proxies().forEach(proxy -> proxy.cut(Request.writes(), 1 + random.nextInt(4)));
      }
    },
    TRUNCATE_ANSWERS {
      @Override
      void strike(Scenario scenario, String node, Random random) {
        scenario.proxy(node).truncate(Request.any(), 1 + random.nextInt(10));
      }
    },
    KILL_CONSUL_SERVER {
      @Override
      void strike(Scenario scenario, String node, Random random) {
        scenario.bench().consul().kill(Bench.SERVERS.get(random.nextInt(3)));
      }
    },
    KILL_CONSUL_AGENT {
      @Override
      void strike(Scenario scenario, String node, Random random) {
        scenario.bench().consul().kill(node);
      }
    },
    END_SESSION {
      @Override
      void strike(Scenario scenario, String node, Random random) {
        scenario.leader();
        scenario.consulKeys().putTo("/v1/session/destroy/" + scenario.leaderSession(), "");
      }
    },
    DELETE_LOCK {
      @Override
      void strike(Scenario scenario, String node, Random random) {
        scenario.consulKeys().delete("/v1/kv/" + scenario.keys().leader());
      }
    };

    abstract void strike(Scenario scenario, String node, Random random);

    boolean endsProcess() {
      return false;
    }

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
