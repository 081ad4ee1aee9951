package dev.metronome.agent.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.metronome.model.schedule.ArgumentProblem;
import dev.metronome.model.schedule.Form;
import dev.metronome.model.schedule.OperationTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Operations whose arguments are checked by the JSON Schema beside their route. In task files every
 * scalar is a text, so {@code "80"} is a number to a schema that asks for one; and a text with a
 * template in it may still become anything.
 */
final class ArgumentSchemas implements OperationTypes {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final OperationTypes known;
  private final Map<String, JsonSchema> schemas;

  private ArgumentSchemas(OperationTypes known, Map<String, JsonSchema> schemas) {
    this.known = known;
    this.schemas = Map.copyOf(schemas);
  }

  /**
   * @param routes by operation; only those in files have schemas
   * @throws RouteException if a schema cannot be read
   */
  static OperationTypes beside(Map<String, String> routes, OperationTypes known) {
    Map<String, JsonSchema> schemas = new TreeMap<>();
    routes.forEach(
        (name, uri) -> {
          Path file =
              Path.of(uri.replaceFirst("^file:", "").replace(".camel.yaml", ".schema.json"));
          if (uri.startsWith("file:") && Files.exists(file)) {
            schemas.put(name, read(file));
          }
        });
    return schemas.isEmpty() ? known : new ArgumentSchemas(known, schemas);
  }

  private static JsonSchema read(Path file) {
    try {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(
              JSON.readTree(file.toFile()),
              SchemaValidatorsConfig.builder().typeLoose(true).build());
    } catch (IOException | JsonSchemaException e) {
      throw new RouteException(file + ": error: no JSON Schema: " + e.getMessage(), e);
    }
  }

  @Override
  public Set<String> names() {
    return known.names();
  }

  @Override
  public List<ArgumentProblem> check(String type, Object arguments, Form form) {
    List<ArgumentProblem> problems = new ArrayList<>(known.check(type, arguments, form));
    JsonSchema schema = schemas.get(type);
    if (schema != null) {
      Object named = arguments instanceof String text ? Map.of("text", text) : arguments;
      schema.validate(JSON.valueToTree(named)).stream()
          .filter(message -> form == Form.RESOLVED || !isTemplate(message.getInstanceNode()))
          .map(message -> problem(type, message))
          .forEach(problems::add);
    }
    return List.copyOf(problems);
  }

  private static boolean isTemplate(JsonNode node) {
    return node != null && node.isTextual() && node.asText().contains("{{");
  }

  private static ArgumentProblem problem(String type, ValidationMessage message) {
    List<String> path = new ArrayList<>();
    for (int at = 0; at < message.getInstanceLocation().getNameCount(); at++) {
      path.add(String.valueOf(message.getInstanceLocation().getName(at)));
    }
    String where = path.isEmpty() ? "" : "`" + String.join(".", path) + "` of ";
    return new ArgumentProblem(path, where + "`" + type + "`: " + message.getError());
  }

  @Override
  public Set<String> typed(String type) {
    return known.typed(type);
  }

  @Override
  public boolean retryable(String type) {
    return known.retryable(type);
  }
}
