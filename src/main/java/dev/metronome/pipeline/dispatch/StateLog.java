package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.TaskResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each change of state that the leader has written. */
final class StateLog {

  private static final Logger LOG = LoggerFactory.getLogger("dev.metronome.leader");

  private StateLog() {}

  static void of(Step step) {
    step.finishedTask().ifPresent(StateLog::ended);
    step.finishedEvent().ifPresent(StateLog::ended);
    step.planAfter().filter(Plan::isOpen).ifPresent(StateLog::opened);
    step.next().ifPresent(StateLog::dispatched);
  }

  private static void dispatched(Planned planned) {
    if (planned instanceof Planned.Dispatch dispatch) {
      LOG.info(
          "event={} name={} state=dispatched tasks={}",
          planned.event().id(),
          planned.event().name(),
          dispatch.plan().tasks().size());
      dispatch
          .plan()
          .leftOutBefore()
          .forEach(
              part ->
                  LOG.warn(
                      "event={} name={} state=incomplete {}",
                      planned.event().id(),
                      planned.event().name(),
                      part));
    } else if (planned instanceof Planned.Rejection rejection) {
      LOG.warn(
          "event={} name={} state={} {}",
          planned.event().id(),
          planned.event().name(),
          rejection.outcome().status().word(),
          rejection.outcome().message().orElse(""));
    }
  }

  private static void opened(Plan plan) {
    LOG.info(
        "event={} no={} task={} state=open targets={}",
        plan.event().id(),
        plan.current(),
        plan.head().task(),
        plan.targets());
  }

  private static void ended(TaskResult task) {
    LOG.info(
        "event={} no={} task={} state={}{}",
        task.eventId(),
        task.no(),
        task.name(),
        task.status().word(),
        task.message().map(message -> " " + message).orElse(""));
  }

  private static void ended(EventResult event) {
    LOG.info(
        "event={} name={} state={}{}",
        event.id(),
        event.name(),
        event.status().word(),
        event.message().map(message -> " " + message).orElse(""));
  }
}
