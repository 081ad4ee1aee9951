package dev.metronome.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** The JSON Schema of config.yml as it follows from the catalogue of settings. */
final class ConfigSchema {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> WORDS =
      List.of("true", "t", "yes", "y", "on", "1", "false", "f", "no", "n", "off", "0");

  private ConfigSchema() {}

  static String text() {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$schema", "http://json-schema.org/draft-07/schema#");
    schema.put("title", "Metronome config.yml");
    schema.put(
        "description",
        "Metronome's configuration: a flat mapping. Each key is a flag and a variable"
            + " METRONOME_KEY too.");
    types(schema, "object", "null");
    schema.put("additionalProperties", false);
    ObjectNode properties = schema.putObject("properties");
    Settings.all().forEach(setting -> property(setting, properties.putObject(setting.key())));
    ObjectNode variables = properties.putObject(ConfigurationReader.VARIABLES);
    variables.put("description", "KEY=VALUE, as by --var; variables.yml is the better place.");
    list(variables.putArray("anyOf"));
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static void property(Setting setting, ObjectNode property) {
    property.put("description", setting.description() + ".");
    if (!setting.defaultValue().isEmpty()) {
      property.put("default", setting.defaultValue());
    }
    switch (setting.kind()) {
      case FLAG -> flag(property.putArray("anyOf"));
      case NUMBER -> amount(setting, "^[0-9]{1,18}$", property.putArray("anyOf"));
      case SIZE -> amount(setting, "^[0-9]{1,9}\\s*(B|KiB|MiB|GiB)?$", property.putArray("anyOf"));
      case DURATION -> duration(property.putArray("anyOf"));
      case LIST -> list(property.putArray("anyOf"));
      default -> word(setting, property);
    }
  }

  private static void flag(ArrayNode any) {
    types(any.addObject(), "boolean", "null");
    ArrayNode words = any.addObject().putArray("enum");
    for (String word : WORDS) {
      words.add(word);
      if (Character.isLetter(word.charAt(0))) {
        words.add(word.toUpperCase(Locale.ROOT));
      }
      if (word.length() > 1) {
        words.add(word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
      }
    }
    words.add(1).add(0);
  }

  private static void amount(Setting setting, String pattern, ArrayNode any) {
    any.addObject()
        .put("type", "integer")
        .put("minimum", setting.limits().least())
        .put("maximum", setting.limits().most());
    any.addObject().put("type", "string").put("pattern", pattern);
    any.addObject().put("type", "null");
  }

  private static void duration(ArrayNode any) {
    any.addObject().put("type", "integer").put("minimum", 0);
    any.addObject().put("type", "string").put("pattern", "^([0-9]+|([0-9]{1,9}(ms|s|m|h|d))+)$");
    any.addObject().put("type", "null");
  }

  private static void list(ArrayNode any) {
    types(any.addObject(), "string", "null");
    types(any.addObject().put("type", "array").putObject("items"), "string", "number", "boolean");
  }

  private static void word(Setting setting, ObjectNode property) {
    if (setting.choices().isEmpty()) {
      types(property, "string", "number", "boolean", "null");
      return;
    }
    ArrayNode choices = property.putArray("enum");
    setting.choices().forEach(choices::add);
    if (setting.defaultValue().isEmpty()) {
      choices.add("");
    }
    choices.addNull();
  }

  private static void types(ObjectNode node, String... types) {
    ArrayNode array = node.putArray("type");
    for (String type : types) {
      array.add(type);
    }
  }
}
