package dev.metronome.pipeline.operation;

import dev.metronome.pipeline.execute.OperationFailedException;
import dev.metronome.pipeline.execute.Program;
import dev.metronome.pipeline.execute.Programs;
import dev.metronome.pipeline.execute.TaskRun;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/** Operation {@code service}: has the machine's service manager do something to a service. */
public final class Services {

  private final Programs programs;
  private final ServiceManager manager;

  public Services(Programs programs, ServiceManager manager) {
    this.programs = programs;
    this.manager = manager;
  }

  /**
   * @param arguments {@code name} and {@code action}
   * @throws OperationFailedException if there is no such service manager, or it does not exit with
   *     0
   */
  public void run(
      @Body Map<String, String> arguments, @ExchangeProperty(TaskRun.PROPERTY) TaskRun run)
      throws InterruptedException {
    Program program =
        Program.of(manager.command(arguments.get("name"), arguments.get("action")))
            .titled("service " + arguments.get("name") + ": " + arguments.get("action"))
            .advising("the setting service-manager says that this machine runs " + manager.word());
    programs.run(program, run);
  }
}
