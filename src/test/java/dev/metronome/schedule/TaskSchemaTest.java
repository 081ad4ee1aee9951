package dev.metronome.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * config/schema/task.schema.json, by which editors complete and check, says what the reader says.
 */
class TaskSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What only the reader sees: it follows names, knows the routes, and reads several files. */
  private static final Set<String> UNSEEN =
      Set.of(
          "14-undefined-task",
          "18-unknown-operation",
          "25-variable-cycle",
          "33-escaped-nul",
          "35-plan-too-large",
          "36-same-pattern");

  private final JsonSchema schema = schema();

  private static JsonSchema schema() {
    try {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
          .getSchema(JSON.readTree(Path.of("config/schema/task.schema.json").toFile()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Empty if it is not YAML, as an editor would say. */
  private static Optional<JsonNode> read(Path file) throws IOException {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    try {
      return Optional.of(
          JSON.valueToTree(new Yaml(new SafeConstructor(strict)).load(Files.readString(file))));
    } catch (YAMLException | IOException e) {
      return Optional.empty();
    }
  }

  private static List<Path> files(String name) throws IOException {
    Path file = InvalidFiles.FOLDER.resolve(name + ".yml");
    if (Files.exists(file)) {
      return List.of(file);
    }
    Path folder = InvalidFiles.FOLDER.resolve(name);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(it -> it.endsWith("task.yml")).toList();
    }
  }

  @Test
  void files_that_are_right_are_right_to_it_too() throws Exception {
    List<Path> files =
        new ArrayList<>(
            List.of(
                Path.of("src/test/resources/valid/minimal/task.yml"),
                Path.of("src/test/resources/valid/everything/task.yml"),
                Path.of("config/examples/demo/task.yml")));
    for (Path file : files) {
      assertThat(schema.validate(read(file).orElseThrow())).as(file.toString()).isEmpty();
    }
  }

  @Test
  void everything_that_can_be_written_is_described() throws Exception {
    JsonNode definitions = JSON.readTree(Path.of("config/schema/task.schema.json").toFile());
    List<String> silent = new ArrayList<>();
    for (JsonNode properties : definitions.findValues("properties")) {
      properties
          .properties()
          .forEach(
              each -> {
                JsonNode own = each.getValue();
                boolean condition = own.has("const") || own.has("anyOf");
                if (!own.has("description") && !own.has("$ref") && !condition) {
                  silent.add(each.getKey());
                }
              });
    }
    assertThat(silent).isEmpty();
  }

  @Test
  void files_with_only_warnings_are_right_to_it_and_those_with_errors_are_wrong() throws Exception {
    Set<String> unseen = new TreeSet<>();
    Set<String> tooStrict = new TreeSet<>();
    for (String name : InvalidFiles.names()) {
      boolean error = InvalidFiles.expected(name).contains(": error: ");
      for (Path file : files(name)) {
        Optional<JsonNode> tree = read(file);
        boolean seen = tree.isEmpty() || !schema.validate(tree.get()).isEmpty();
        if (error && !seen) {
          unseen.add(name);
        }
        if (!error && tree.isPresent() && seen) {
          tooStrict.add(name + " " + schema.validate(tree.get()));
        }
      }
    }
    assertThat(tooStrict).isEmpty();
    assertThat(unseen).isEqualTo(new TreeSet<>(UNSEEN));
  }
}
