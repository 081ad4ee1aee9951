package dev.metronome.cli;

import dev.metronome.agent.TaskFiles;
import dev.metronome.agent.route.RouteFiles;
import dev.metronome.config.Configuration;
import dev.metronome.http.access.Users;
import dev.metronome.model.record.Json;
import dev.metronome.model.schedule.Problem;
import dev.metronome.model.schedule.ScheduleReader;
import dev.metronome.model.schedule.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks task files and routes as the agent does, and shows every problem at its place. */
@picocli.CommandLine.Command(
    name = "validate",
    description = "Check task files, and routes of your own, and print every problem",
    footer = {
      "metronome validate patterns/*/task.yml",
      "metronome validate --strict task.yml",
      "metronome validate --routes ./routes --json task.yml",
    })
final class ValidateCommand implements Command {
  @Parameters(arity = "0..*", paramLabel = "FILE", description = "Default: those configured")
  private List<String> files = new ArrayList<>();

  @Option(names = "--json", description = "As JSON: problems, errors, warnings, files")
  private boolean json;

  @Option(names = "--strict", description = "Every warning is an error")
  private boolean strict;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) {
    RouteFiles routes = RouteFiles.of(configuration.routes());
    ScheduleReader.Reading tasks =
        new RunAsCheck(Optional.of(configuration.text("run-as")).filter(name -> !name.isEmpty()))
            .of(
                new ScheduleReader(
                        routes.operationTypes(configuration.text("prefix")),
                        TaskFiles.variables(configuration))
                    .read(files(configuration, terminal), Severity.ERROR));
    ScheduleReader.Reading lenient = with(routes, askable(configuration, tasks));
    ScheduleReader.Reading reading = strict ? lenient.strictly() : lenient;
    if (json) {
      terminal.out().println(Json.text(json(reading)));
    } else {
      reading.problems().forEach(terminal.out()::println);
      terminal.out().println(reading.summary());
    }
    return reading.hasErrors() ? ExitCode.USAGE : ExitCode.DONE;
  }

  /** By the users, if there are any here; a file that cannot be used is the agent's to say. */
  private static ScheduleReader.Reading askable(
      Configuration configuration, ScheduleReader.Reading tasks) {
    try {
      return configuration
          .path("http-users")
          .map(file -> new ApprovalCheck(Users.of(file).all().values()).of(tasks))
          .orElse(tasks);
    } catch (IllegalArgumentException e) {
      return tasks;
    }
  }

  private List<Path> files(Configuration configuration, Terminal terminal) {
    Path folder = terminal.machine().workingDirectory();
    List<Path> found =
        files.isEmpty()
            ? configuration.filesAsNamed(ValidateCommand::refuse)
            : files.stream().map(folder::resolve).toList();
    if (found.isEmpty()) {
      throw new CommandException(
          ExitCode.USAGE, "there is nothing to validate: name task files, or set `files`");
    }
    return found;
  }

  private static void refuse(String warning) {
    throw new CommandException(ExitCode.USAGE, warning);
  }

  private static ScheduleReader.Reading with(RouteFiles routes, ScheduleReader.Reading tasks) {
    return new ScheduleReader.Reading(
        tasks.schedule(),
        Stream.concat(tasks.problems().stream(), routes.problems().stream()).sorted().toList(),
        tasks.files() + routes.own().size());
  }

  private static Map<String, Object> json(ScheduleReader.Reading reading) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("problems", reading.problems().stream().map(ValidateCommand::json).toList());
    json.put("errors", count(reading, Severity.ERROR));
    json.put("warnings", count(reading, Severity.WARNING));
    json.put("files", reading.files());
    return json;
  }

  private static long count(ScheduleReader.Reading reading, Severity severity) {
    return reading.problems().stream().filter(it -> it.severity() == severity).count();
  }

  private static Map<String, Object> json(Problem problem) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", problem.position().file().toString());
    json.put("line", problem.position().line());
    json.put("column", problem.position().column());
    json.put("severity", problem.severity().toString());
    json.put("message", problem.message());
    return json;
  }
}
