package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.ScheduleReader;
import dev.metronome.model.schedule.ScheduledTask;
import dev.metronome.model.schedule.Variables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCourseTest {
  private static final Outcome FAILED = Outcome.error(Reason.FAILED, "exit status 1");

  @TempDir Path folder;

  /** The tasks that are run, by NO: 0 to 2, 3 to 5 take them back, 6 and 7 come last. */
  private List<Integer> run(Set<Integer> failing) throws Exception {
    Path file = Files.createDirectories(folder.resolve("web")).resolve("task.yml");
    Files.writeString(
        file,
        """
        events:
          deploy:
            on_error: undo
            ordered_tasks: [{task: a, on_error: continue}, {task: a}, {task: a}]
            finally: [{task: b}, {task: b}]
        tasks:
          a: {operations: [{echo: a}], undo: [{echo: b}]}
          b: {operations: [{echo: b}]}
        """);
    List<ScheduledTask> tasks =
        new ScheduleReader(OperationTypes.builtIn(), Variables.none())
            .read(List.of(file))
            .schedule()
            .tasksOf("deploy");
    LocalCourse course = new LocalCourse();
    List<Integer> run = new ArrayList<>();
    for (ScheduledTask task : tasks) {
      if (course.isDue(task)) {
        run.add(task.no());
        course.ended(task, failing.contains(task.no()) ? FAILED : Outcome.success());
      }
    }
    assertThat(course.outcome().status().stopsEvent()).isEqualTo(!failing.isEmpty());
    return run;
  }

  @Test
  void without_a_cluster_undo_and_finally_follow_as_with_one() throws Exception {
    assertThat(run(Set.of())).containsExactly(0, 1, 2, 6, 7);
    assertThat(run(Set.of(0))).containsExactly(0, 1, 2, 6, 7);
    assertThat(run(Set.of(0, 1))).containsExactly(0, 1, 4, 5, 6, 7);
    assertThat(run(Set.of(1))).containsExactly(0, 1, 4, 5, 6, 7);
    assertThat(run(Set.of(1, 4))).containsExactly(0, 1, 4, 6, 7);
    assertThat(run(Set.of(6))).containsExactly(0, 1, 2, 6, 7);
  }
}
