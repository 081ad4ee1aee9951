package dev.metronome.model.schedule;

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
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * config/schema/task.schema.json, by which editors complete and check, says what the reader says.
 */
class TaskSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What only the reader sees: it follows names, knows the routes, and reads several files. */
  private static final Set<String> UNSEEN =
      Set.of(
          "18-unknown-operation",
          "25-variable-cycle",
          "33-escaped-nul",
          "35-plan-too-large",
          "36-same-pattern",
          "62-lanes");

  @TempDir Path folder;
  private final JsonSchema schema = schema();

  private static JsonSchema schema() {
    try {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
          .getSchema(JSON.readTree(Path.of("config/schema/task.schema.json").toFile()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** As YAML 1.2 has it, by which editors go: {@code on} and {@code yes} are words. */
  private static final class Words extends Resolver {
    @Override
    public void addImplicitResolver(Tag tag, Pattern regexp, String first, int limit) {
      boolean words = tag.equals(Tag.BOOL);
      super.addImplicitResolver(
          tag, words ? Pattern.compile("true|True|TRUE|false|False|FALSE") : regexp, first, limit);
    }
  }

  /** Empty if it is not YAML, as an editor would say. */
  private static Optional<JsonNode> read(Path file) throws IOException {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    try {
      return Optional.of(
          JSON.valueToTree(
              new Yaml(
                      new SafeConstructor(strict),
                      new Representer(new DumperOptions()),
                      new DumperOptions(),
                      strict,
                      new Words())
                  .load(Files.readString(file))));
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
                Path.of("config/examples/demo/task.yml"),
                Path.of("config/examples/update/task.yml")));
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

  /** What the reader knows in a section: it lists that when it meets a key like no other. */
  private Set<String> readKeys(String yaml) throws IOException {
    Path file = folder.resolve("task.yml");
    Files.writeString(file, yaml);
    java.util.regex.Pattern listed = java.util.regex.Pattern.compile("; known: (.*)$");
    return new ScheduleReader(OperationTypes.builtIn(), Variables.none())
        .read(List.of(file)).problems().stream()
            .map(it -> listed.matcher(it.message()))
            .filter(java.util.regex.Matcher::find)
            .map(it -> new TreeSet<>(List.of(it.group(1).split(", "))))
            .findFirst()
            .orElseThrow();
  }

  private static Set<String> schemaKeys(JsonNode section) {
    Set<String> keys = new TreeSet<>();
    section.get("properties").fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  @Test
  void reader_and_schema_know_the_same_keys_in_every_section() throws Exception {
    JsonNode all = JSON.readTree(Path.of("config/schema/task.schema.json").toFile());
    JsonNode definitions = all.get("definitions");
    JsonNode operations = definitions.get("operation").get("properties");
    Set<String> idle = Set.of("name", "trigger"); // read, and without effect
    assertThat(schemaKeys(all)).isEqualTo(readKeys("zzqqzzqqzzqq: 1\n"));
    assertThat(schemaKeys(definitions.get("event")))
        .isEqualTo(and(idle, readKeys("events: {e: {zzqqzzqqzzqq: 1}}\n")));
    assertThat(schemaKeys(definitions.get("event").at("/properties/lane/anyOf/1")))
        .isEqualTo(readKeys("events: {e: {lane: {zzqqzzqqzzqq: 1}}}\n"));
    assertThat(schemaKeys(definitions.get("parameter")))
        .isEqualTo(readKeys("events: {e: {parameters: {p: {zzqqzzqqzzqq: 1}}}}\n"));
    assertThat(schemaKeys(definitions.get("step")))
        .isEqualTo(readKeys("events: {e: {ordered_tasks: [{zzqqzzqqzzqq: 1}]}}\n"));
    assertThat(schemaKeys(definitions.get("task")))
        .isEqualTo(and(idle, readKeys("tasks: {t: {zzqqzzqqzzqq: 1}}\n")));
    assertThat(schemaKeys(definitions.get("retry")))
        .isEqualTo(readKeys("tasks: {t: {retry: {zzqqzzqqzzqq: 1}}}\n"));
    assertThat(schemaKeys(definitions.get("filter")))
        .isEqualTo(readKeys("events: {e: {ordered_tasks: [{filter: {zzqqzzqqzzqq: 1}}]}}\n"));
    assertThat(schemaKeys(definitions.get("operation")))
        .isEqualTo(new TreeSet<>(OperationTypes.builtIn().names()));
    for (String type : OperationTypes.builtIn().names()) {
      JsonNode own = operations.get(type);
      JsonNode arguments = own.has("properties") ? own : own.get("anyOf").get(1);
      String yaml = "tasks: {t: {operations: [{" + type + ": {zzqqzzqqzzqq: 1}}]}}\n";
      assertThat(schemaKeys(arguments)).as(type).isEqualTo(readKeys(yaml));
    }
  }

  private static Set<String> and(Set<String> some, Set<String> others) {
    Set<String> both = new TreeSet<>(some);
    both.addAll(others);
    return both;
  }

  @ParameterizedTest
  @ValueSource(strings = {"10m", "1h30m", "60s", "90", "\"60\"", "1_000", "60.0", "+5", "0600"})
  void times_are_read_as_people_write_them_and_right_to_the_schema(String time) throws Exception {
    assertThat(isRight(time)).containsExactly(true, true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1:30", "10 m", "soon", "0", "25h", "500ms", "1.5", "-1"})
  void what_is_no_time_is_refused(String time) throws Exception {
    assertThat(isRight(time)).first().isEqualTo(false);
  }

  /** To the reader, and to the schema. */
  private List<Boolean> isRight(String time) throws IOException {
    Path file = folder.resolve("task.yml");
    Files.writeString(
        file,
        "events: {e: {task: t}}\ntasks: {t: {timeout: %s, operations: [{echo: a}]}}\n"
            .formatted(time));
    boolean read =
        !new ScheduleReader(OperationTypes.builtIn(), Variables.none())
            .read(List.of(file))
            .hasErrors();
    return List.of(read, schema.validate(read(file).orElseThrow()).isEmpty());
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
