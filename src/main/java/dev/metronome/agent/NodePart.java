package dev.metronome.agent;

import dev.metronome.consul.ServiceMaintenance;
import dev.metronome.pipeline.claim.Claims;
import dev.metronome.pipeline.claim.ConsulClaimRepository;
import dev.metronome.pipeline.claim.EndedTasks;
import dev.metronome.pipeline.execute.Drains;
import dev.metronome.pipeline.execute.FullOutput;
import dev.metronome.pipeline.execute.LiveLogs;
import dev.metronome.pipeline.execute.NodeObserver;
import dev.metronome.pipeline.execute.NodeQueue;
import dev.metronome.pipeline.execute.Operations;
import dev.metronome.pipeline.execute.Stragglers;
import dev.metronome.pipeline.execute.TaskRuns;
import dev.metronome.pipeline.process.Leftovers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.main.Main;

/** What an agent does as a node: it claims the tasks that it is assigned, and runs them. */
final class NodePart implements AutoCloseable {

  final Claims claims;
  final Operations operations;
  final OperationBeans operationBeans;
  final Stragglers stragglers;
  final LiveLogs liveLogs;
  final Drains drains;
  final NodeQueue queue;
  private final AgentContext agent;
  private final NodeObserver observer;
  private final TaskRuns runs;

  NodePart(AgentContext agent, MembershipPart membership, Telemetry telemetry) {
    this.agent = agent;
    TaskOutput output = new TaskOutput(agent);
    this.claims =
        new Claims(
            agent.connection(),
            membership.sessions,
            agent.keys(),
            agent.node(),
            agent.self().id(),
            agent.clock(),
            this::endLeftovers,
            EndedTasks.of(agent.endedTasks()),
            with(output.full, telemetry.claims()));
    this.operationBeans =
        new OperationBeans(
            agent.configuration(),
            agent.environment(),
            agent.files().operations(),
            output.keeper(),
            this::survived,
            telemetry.operations(),
            telemetry.places());
    this.operations = operationBeans.operations();
    this.liveLogs =
        new LiveLogs(claims, agent.redaction(), System::nanoTime, agent.connection().loops());
    this.runs =
        new TaskRuns(
            agent.files(),
            agent.environment(),
            operationBeans::exports,
            operationBeans::secrets,
            agent.node(),
            output::log,
            operationBeans.runAs(),
            attempts(),
            agent.signatures(),
            List.of(output.full, liveLogs));
    this.stragglers =
        new Stragglers(
            agent.connection(),
            agent.keys(),
            agent.node(),
            agent.files(),
            claims,
            operations,
            agent.configuration().duration("kill-grace"),
            output.full,
            membership.presence::refresh);
    this.drains =
        new Drains(
            new ServiceMaintenance(operationBeans.connection()),
            agent.configuration().text("prefix"),
            agent.node(),
            agent.connection().loops());
    this.observer =
        new NodeObserver(
            membership.sessions,
            agent.keys(),
            agent.node(),
            operations,
            stragglers,
            membership.presence::seen,
            membership.presence::refresh);
    this.queue =
        new NodeQueue(
            agent.connection(),
            agent.keys(),
            agent.node(),
            claims,
            observer,
            liveLogs,
            output.full,
            agent.clock());
  }

  private static List<Claims.Listener> with(FullOutput output, List<Claims.Listener> others) {
    List<Claims.Listener> all = new ArrayList<>(others);
    all.add(0, output);
    return all;
  }

  private TaskRuns.Attempts attempts() {
    return new TaskRuns.Attempts() {
      @Override
      public int of(String task) {
        return claims.attempt(task).orElse(1);
      }

      @Override
      public boolean again(String task, String why) throws InterruptedException {
        return claims.again(task, why);
      }
    };
  }

  /** Returns whether nothing of an earlier run of the task is left. */
  private boolean endLeftovers(String eventId, int no) throws InterruptedException {
    Leftovers left = new Leftovers(TaskRuns.cookie(agent.node(), eventId, no));
    boolean ended = left.end(agent.configuration().duration("kill-grace")).isEmpty();
    if (!ended) {
      survived(eventId, no, left);
    }
    return ended;
  }

  private void survived(String eventId, int no, Leftovers processes) {
    stragglers.survived(eventId, no, processes);
  }

  /** Why it takes no new task, if it does not. */
  Optional<String> busy() {
    return stragglers.sentence().or(observer::unknown);
  }

  /** Under the names that routes use. */
  void bind(Main main) {
    main.bind("node-queue", queue);
    main.bind("claims", new ConsulClaimRepository(claims, stragglers::isClear));
    main.bind("task-runs", runs);
    main.bind("drains", drains);
    operationBeans.bind(main);
  }

  @Override
  public void close() {
    liveLogs.close();
    drains.close();
    stragglers.close();
    operationBeans.close();
  }
}
