package dev.metronome.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Reason;
import dev.metronome.state.ClusterView;
import dev.metronome.state.CronView;
import dev.metronome.state.EventPage;
import dev.metronome.state.EventSummary;
import dev.metronome.state.ExpectedTimes;
import dev.metronome.state.NodeDetails;
import dev.metronome.state.NodeView;
import dev.metronome.state.QueueView;
import dev.metronome.state.State;
import dev.metronome.state.TaskView;
import dev.metronome.state.WindowsView;
import dev.metronome.state.forecast.Forecast;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

/**
 * That docs/openapi.yaml names every field and every word that a record of an answer can have, also
 * those that are there only at rare moments.
 */
class OpenApiShapesTest {
  private static final ObjectMapper MAPPER = Json.mapper();
  private static final JsonNode DOCUMENT = document();
  private static final Map<String, Class<?>> RECORDS =
      Map.ofEntries(
          Map.entry("Cluster", ClusterView.class),
          Map.entry("Queue", QueueView.class),
          Map.entry("EventPage", EventPage.class),
          Map.entry("EventFields", EventSummary.class),
          Map.entry("Task", TaskView.class),
          Map.entry("Node", NodeView.class),
          Map.entry("NodeDetails", NodeDetails.class),
          Map.entry("Log", LogViews.Log.class),
          Map.entry("Known", PlanAnswers.Known.class),
          Map.entry("CronView", CronView.class),
          Map.entry("WindowsView", WindowsView.class),
          Map.entry("ExpectedTimes", ExpectedTimes.class),
          Map.entry("Forecast", Forecast.class));

  private final List<String> faults = new ArrayList<>();

  private static JsonNode document() {
    try {
      Map<String, Object> yaml = new Yaml().load(Files.readString(Path.of("docs/openapi.yaml")));
      return MAPPER.valueToTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JavaType type(Class<?> record) {
    return MAPPER.constructType(record);
  }

  private static JsonNode schema(String name) {
    return DOCUMENT.at("/components/schemas/" + name);
  }

  @ParameterizedTest
  @CsvSource({
    "Cluster",
    "Queue",
    "EventPage",
    "EventFields",
    "Task",
    "Node",
    "NodeDetails",
    "Log",
    "Known",
    "CronView",
    "WindowsView",
    "ExpectedTimes",
    "Forecast"
  })
  void every_field_and_every_word_is_named(String name) {
    compare(name, schema(name), type(RECORDS.get(name)));
    assertThat(faults).isEmpty();
  }

  @Test
  void every_state_and_every_reason_is_named() {
    assertThat(texts(schema("State").path("enum"))).isEqualTo(words(type(State.class)));
    assertThat(texts(schema("Reason").path("enum"))).isEqualTo(words(type(Reason.class)));
  }

  @Test
  void what_is_not_named_is_a_fault() {
    compare("Doing", schema("Difference"), type(NodeView.Doing.class));
    assertThat(faults).hasSize(3);
    assertThat(faults.get(0)).startsWith("Doing has [Event, EventID").endsWith("[Kind, Pattern]");
    assertThat(faults.get(1)).isEqualTo("Doing.Part has [finally, undo], named are []");
    assertThat(faults.get(2)).startsWith("Doing.Status has [assigned").endsWith("named are []");
  }

  private void compare(String where, JsonNode referring, JavaType type) {
    JsonNode schema = resolved(referring);
    if (type.isReferenceType() || type.isCollectionLikeType()) {
      compare(where, type.isReferenceType() ? schema : schema.path("items"), type.getContentType());
    } else if (type.isEnumType()) {
      demandSome(where, texts(schema.path("enum")), words(type));
    } else if (isText(type)) {
      demandEqual(where, Set.of(schema.path("type").asText()), Set.of("string"));
    } else if (type.isRecordType()) {
      compareRecord(where, schema.path("properties"), type);
    }
  }

  /** A record that stands in JSON as one text. */
  private static boolean isText(JavaType type) {
    return type.isRecordType()
        && MAPPER.getSerializationConfig().introspect(type).findJsonValueAccessor() != null;
  }

  private void compareRecord(String where, JsonNode named, JavaType type) {
    Map<String, JavaType> fields = fields(type);
    demandEqual(
        where,
        named.propertyStream().map(Map.Entry::getKey).collect(Collectors.toSet()),
        fields.keySet());
    fields.forEach((name, field) -> compare(where + "." + name, named.path(name), field));
  }

  private void demandEqual(String where, Set<String> named, Set<String> written) {
    if (!named.equals(written)) {
      faults.add(where + " has " + new TreeSet<>(written) + ", named are " + new TreeSet<>(named));
    }
  }

  /** Not every word comes everywhere. */
  private void demandSome(String where, Set<String> named, Set<String> words) {
    if (named.isEmpty() || !words.containsAll(named)) {
      demandEqual(where, named, words);
    }
  }

  private static JsonNode resolved(JsonNode schema) {
    if (schema.has("$ref")) {
      return resolved(DOCUMENT.at(schema.get("$ref").asText().substring(1)));
    }
    return schema.has("allOf") ? resolved(schema.get("allOf").get(0)) : schema;
  }

  private static Map<String, JavaType> fields(JavaType type) {
    Map<String, JavaType> fields = new TreeMap<>();
    for (BeanPropertyDefinition field :
        MAPPER.getSerializationConfig().introspect(type).findProperties()) {
      if (field.getAccessor().hasAnnotation(JsonUnwrapped.class)) {
        fields.putAll(fields(field.getPrimaryType()));
      } else {
        fields.put(field.getName(), field.getPrimaryType());
      }
    }
    return fields;
  }

  private static Set<String> words(JavaType type) {
    return Arrays.stream(type.getRawClass().getEnumConstants())
        .map(word -> MAPPER.<JsonNode>valueToTree(word).asText())
        .collect(Collectors.toSet());
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new TreeSet<>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }
}
