package dev.metronome.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.metronome.agent.route.OperationRoute;
import dev.metronome.agent.route.RouteFiles;
import dev.metronome.base.log.PrintableText;
import dev.metronome.config.Configuration;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine.Option;

/** Shows what task files may use on this machine. */
@picocli.CommandLine.Command(
    name = "operations",
    description = "List the operations of task files, with file and description",
    footer = {"metronome operations", "metronome operations --routes ./routes --json"})
final class OperationsCommand implements Command {
  @Option(names = "--json", description = "As JSON: [{name, file, description}]")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws IOException {
    List<OperationRoute> operations = OperationRoute.all(RouteFiles.of(configuration.routes()));
    if (json) {
      terminal.out().println(json(operations));
    } else {
      operations.forEach(operation -> print(operation, terminal.out()));
    }
    return ExitCode.DONE;
  }

  private static void print(OperationRoute operation, PrintStream out) {
    out.println(operation.name() + "  " + PrintableText.of(operation.file()));
    if (!operation.description().isEmpty()) {
      out.println("    " + PrintableText.of(operation.description()));
    }
  }

  private static String json(List<OperationRoute> operations) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator list = new JsonFactory().createGenerator(text)) {
      list.useDefaultPrettyPrinter();
      list.writeStartArray();
      for (OperationRoute operation : operations) {
        list.writeStartObject();
        list.writeStringField("name", operation.name());
        list.writeStringField("file", operation.file());
        list.writeStringField("description", operation.description());
        list.writeEndObject();
      }
      list.writeEndArray();
    }
    return text.toString();
  }
}
