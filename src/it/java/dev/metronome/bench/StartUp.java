package dev.metronome.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** An agent from its start. The first one is not counted: it fills caches. */
final class StartUp {

  private static final String NODE = "one";
  private static final double WANTED_MILLIS = 900;

  private StartUp() {}

  static List<Figure> agent(Lab lab) throws IOException, InterruptedException {
    lab.stopAgents();
    List<Long> started = new ArrayList<>();
    List<Long> session = new ArrayList<>();
    for (int i = 0; i <= lab.scale().starts(); i++) {
      try (AgentProcess agent = lab.workshop().agent(lab.launcher(), NODE, lab.consulPort(NODE))) {
        agent.await();
        if (i > 0) {
          started.add(agent.startNanos());
          session.add(agent.sessionNanos());
        }
      }
    }
    Samples samples = new Samples(started);
    double floor = lab.floor().jvm();
    return List.of(
        Figure.times("start", "Start of an agent, to its log line state=started", samples, floor)
            .wanted("median ≤ 0.9 s", samples.medianMillis() <= WANTED_MILLIS)
            .original("6 s"),
        Figure.times(
            "start-session", "Start of an agent, to its session", new Samples(session), floor));
  }
}
