package dev.metronome.pipeline.execute;

import dev.metronome.model.schedule.ArgumentProblem;
import dev.metronome.model.schedule.Form;
import dev.metronome.model.schedule.Operation;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.PatternFile;
import dev.metronome.model.schedule.VariableCycleException;
import dev.metronome.model.schedule.Variables;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The arguments of an operation as its route gets them: templates resolved, and checked again. */
final class ArgumentResolver {

  private final OperationTypes types;
  private final Map<String, UnaryOperator<Object>> rewriting;

  ArgumentResolver(OperationTypes types, Map<String, UnaryOperator<Object>> rewriting) {
    this.types = types;
    this.rewriting = Map.copyOf(rewriting);
  }

  /**
   * @param directory of the pattern
   * @return a map, where a text alone is its {@code text}; a list stays a list
   * @throws OperationFailedException if a template cannot be resolved, or what became of an
   *     argument is not allowed
   */
  Object of(Operation operation, Variables variables, Path directory) {
    Object arguments;
    try {
      arguments = resolved(operation, variables);
    } catch (VariableCycleException e) {
      throw new OperationFailedException(operation.position() + ": " + e.getMessage());
    }
    confine(operation, arguments, variables, directory);
    types.check(operation.type(), arguments, Form.RESOLVED).stream()
        .filter(ArgumentProblem::isError)
        .findFirst()
        .ifPresent(
            problem -> {
              throw new OperationFailedException(operation.position() + ": " + problem.message());
            });
    return arguments instanceof String text ? Map.of("text", text) : arguments;
  }

  /** What came from outside may choose among the pattern's programs, and name no other. */
  private static void confine(
      Operation operation, Object arguments, Variables variables, Path directory) {
    boolean chosen =
        operation.type().equals("execute")
            && operation.arguments() instanceof Map<?, ?> written
            && written.get("file") instanceof String file
            && !variables.resolve(file).equals(variables.withoutForeign().resolve(file));
    if (chosen && arguments instanceof Map<?, ?> map) {
      PatternFile.leaving(directory, String.valueOf(map.get("file")))
          .ifPresent(
              it -> {
                throw new OperationFailedException(
                    operation.position() + ": " + it + "; not allowed by what comes with an event");
              });
    }
  }

  private Object resolved(Operation operation, Variables variables) {
    Object written =
        rewriting
            .getOrDefault(operation.type(), UnaryOperator.identity())
            .apply(operation.arguments());
    return new Operation(operation.type(), written, operation.position()).resolved(variables);
  }
}
