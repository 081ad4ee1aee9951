package dev.metronome.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.metronome.base.log.PrintableText;
import dev.metronome.config.Configuration;
import dev.metronome.config.EffectiveSetting;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Shows the configuration in force. Secrets are masked. */
@picocli.CommandLine.Command(
    name = "config",
    description = "Print the effective settings and where each came from",
    footer = {"metronome config --config /etc/metronome/config.yml", "metronome config --json"})
final class ConfigCommand implements Command {
  @Option(names = "--json", description = "As JSON: file, settings [{key, value, origin}]")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws IOException {
    if (json) {
      terminal.out().println(json(configuration));
    } else {
      print(configuration.describe(), terminal.out());
    }
    return ExitCode.DONE;
  }

  private static void print(List<EffectiveSetting> settings, PrintStream out) {
    int keys = settings.stream().mapToInt(s -> s.key().length()).max().orElse(0);
    int values = settings.stream().mapToInt(s -> s.value().length()).max().orElse(0);
    String line = "%-" + keys + "s  %-" + Math.min(Math.max(values, 1), 36) + "s  %s";
    for (EffectiveSetting setting : settings) {
      String value = PrintableText.of(setting.value());
      String origin = PrintableText.of(setting.origin());
      out.println(String.format(line, setting.key(), value, origin));
    }
  }

  private static String json(Configuration configuration) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator object = new JsonFactory().createGenerator(text)) {
      object.useDefaultPrettyPrinter();
      object.writeStartObject();
      object.writeStringField("file", configuration.file().map(Path::toString).orElse(null));
      object.writeArrayFieldStart("settings");
      for (EffectiveSetting setting : configuration.describe()) {
        write(setting, object);
      }
      object.writeEndArray();
      object.writeEndObject();
    }
    return text.toString();
  }

  private static void write(EffectiveSetting setting, JsonGenerator object) throws IOException {
    object.writeStartObject();
    object.writeStringField("key", setting.key());
    object.writeStringField("value", setting.value());
    object.writeStringField("origin", setting.origin());
    object.writeEndObject();
  }
}
