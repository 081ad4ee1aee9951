package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.FaultyConsul;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent costs a Consul that answers nothing but errors. */
class OutageIT {

  private static final Duration SETTLING = Duration.ofSeconds(20);
  private static final Duration MEASURED = Duration.ofSeconds(20);

  /** Requests per second. */
  private static final double MOST = 1.0;

  @TempDir Path folder;

  @Test
  void an_outage_costs_at_most_one_request_per_second_and_the_agent_comes_back() throws Exception {
    Path tasks = Files.createDirectories(folder.resolve("site")).resolve("task.yml");
    Files.writeString(
        tasks, "events: {hello: {task: say}}\ntasks: {say: {operations: [{echo: here}]}}\n");
    try (EmbeddedConsul consul = EmbeddedConsul.start();
        FaultyConsul faulty = FaultyConsul.before(consul.agent("n1"));
        AgentProcess agent =
            AgentProcess.start(
                folder.resolve("agent.log"),
                List.of("--host=127.0.0.1", "--port=" + faulty.port(), "--files=" + tasks))) {
      agent.awaitStarted();
      faulty.next(Integer.MAX_VALUE, "/v1/", FaultyConsul.Fault.FAILING);
      pass(SETTLING); // the back-off grows to ten seconds
      double perSecond = perSecond(faulty);
      for (int more = 0; more < 10 && perSecond > MOST; more++) {
        perSecond = perSecond(faulty); // a busy machine takes longer until they have grown
      }
      System.out.printf("requests per second while Consul fails: %.2f%n", perSecond);
      assertThat(perSecond).isLessThanOrEqualTo(MOST);
      int before = faulty.requests().size();
      await("it is asked again").until(() -> faulty.requests().size() > before);
      assertThat(agent.log()).doesNotContain("\tat ");

      faulty.heal();
      await()
          .atMost(Duration.ofMinutes(5))
          .until(() -> agent.log().lastIndexOf("state=created") > agent.log().indexOf("failing"));
    }
  }

  private static double perSecond(FaultyConsul faulty) {
    int before = faulty.requests().size();
    long begin = System.nanoTime();
    pass(MEASURED);
    double seconds = (System.nanoTime() - begin) / 1e9;
    return (faulty.requests().size() - before) / seconds;
  }

  private static void pass(Duration time) {
    await().atMost(time.plusMinutes(10)).pollDelay(time).until(() -> true);
  }
}
