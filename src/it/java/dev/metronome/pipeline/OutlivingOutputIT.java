package dev.metronome.pipeline;

import static dev.metronome.testing.Rollout.APP;
import static dev.metronome.testing.Rollout.DB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.testing.Rollout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A script that prints while its agent is killed goes on, and the next agent tells what it said.
 */
class OutlivingOutputIT {

  @TempDir private Path folder;
  @AutoClose private Rollout rollout;

  /** The cluster gives the task up before the agent returns, or not at all. */
  @ParameterizedTest
  @CsvSource({"1s, lost", "1h, interrupted"})
  void a_returning_agent_tells_what_was_said_without_it(String lostAfter, String reason)
      throws Exception {
    rollout = Rollout.start(folder);
    rollout
        .startAgent(DB, DB, List.of("--lost-after", lostAfter))
        .awaitStarted()
        .awaitLog("leader=this agent");
    List<String> output = List.of("--output-dir", folder.resolve("output").toString());
    rollout.startAgent(APP, APP, output).awaitStarted();
    String id = rollout.keys(DB).fire("printing");
    rollout.awaitStep(id, "printing " + APP + " start");
    rollout.agent(APP).kill();
    Files.createFile(Path.of(rollout.journal() + ".go"));
    rollout.awaitStep(id, "printing " + APP + " end");
    if (reason.equals("lost")) {
      assertThat(rollout.awaitEnd(id)).isEqualTo("error");
    }

    rollout.startAgent(APP, APP, output).awaitStarted();

    assertThat(rollout.awaitEnd(id)).isEqualTo("error");
    String result = "metronome/results/" + id + "/0/" + APP;
    assertThat(rollout.keys(DB).json(result).orElseThrow().path("Reason").asText())
        .isEqualTo(reason);
    await()
        .atMost(Duration.ofMinutes(3))
        .untilAsserted(
            () ->
                assertThat(log(result + "/log"))
                    .contains("[INFO ] said before", "[INFO ] line 000001", "[INFO ] said after")
                    .contains("[WARN ] what follows was printed while no agent ran"));
  }

  private String log(String key) {
    String value = rollout.keys(DB).get("/v1/kv/" + key).path(0).path("Value").asText();
    return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
  }
}
