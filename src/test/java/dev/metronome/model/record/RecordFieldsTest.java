package dev.metronome.model.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.ser.PropertyWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That docs/records.md names every field of every record that stands in Consul. */
class RecordFieldsTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| ([A-Z]\\w+) \\| [^|]+ \\| ([^|]+) \\| ([^|]+) \\|$", Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("`(\\w+)`");

  /** What the page says of one record. */
  private record Row(Set<String> always, Set<String> sometimes) {}

  private static Map<String, Row> page() throws IOException {
    Map<String, Row> rows = new TreeMap<>();
    ROW.matcher(Files.readString(Path.of("docs/records.md")))
        .results()
        .forEach(row -> rows.put(row.group(1), new Row(names(row.group(2)), names(row.group(3)))));
    return rows;
  }

  private static Set<String> names(String cell) {
    return NAME.matcher(cell)
        .results()
        .map((MatchResult name) -> name.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static Stream<Class<?>> records() {
    return Stream.of(
        Event.class,
        Resume.class,
        Plan.class,
        Slot.class,
        EndedNodes.class,
        EndedNodes.Alike.class,
        Taken.class,
        Ending.class,
        PlannedTask.class,
        Claim.class,
        Outcome.class,
        Assignment.class,
        Presence.class,
        Presence.PatternPresence.class,
        Lane.class,
        Held.class,
        Parameter.class,
        Lead.class,
        EventResult.class,
        Cancellation.class,
        TaskResult.class,
        LeftOut.class,
        BatchPlace.class,
        HealthGate.class,
        GateState.class,
        EndedGate.class,
        FailedBefore.class,
        GateWait.class,
        Approval.class,
        Voting.class,
        AskedApproval.class,
        DecidedApproval.class,
        Vote.class,
        NodeResult.class,
        Freeze.class,
        CronState.class,
        Blocked.class,
        Blocked.BlockedEvent.class,
        Quarantined.class);
  }

  private static Row written(Class<?> record) throws IOException {
    Row row = new Row(new TreeSet<>(), new TreeSet<>());
    write(record, row);
    return row;
  }

  /** A record within a record that is no object of its own in the JSON has its fields there. */
  private static void write(Class<?> record, Row row) throws IOException {
    Iterator<PropertyWriter> fields =
        Json.mapper().getSerializerProviderInstance().findValueSerializer(record).properties();
    while (fields.hasNext()) {
      PropertyWriter field = fields.next();
      if (field.getMember().hasAnnotation(JsonUnwrapped.class)) {
        write(field.getType().getRawClass(), row);
      } else {
        (isSometimes(field) ? row.sometimes : row.always).add(field.getName());
      }
    }
  }

  private static boolean isSometimes(PropertyWriter field) {
    return field.getType().hasRawClass(Optional.class)
        || field.getMember().hasAnnotation(JsonInclude.class);
  }

  @ParameterizedTest
  @MethodSource("records")
  void the_page_names_every_field(Class<?> record) throws IOException {
    assertThat(page()).containsKey(record.getSimpleName());
    assertThat(page().get(record.getSimpleName())).isEqualTo(written(record));
  }

  @Test
  void it_names_no_record_that_there_is_not() throws IOException {
    assertThat(page().keySet())
        .containsExactlyInAnyOrderElementsOf(records().map(Class::getSimpleName).toList());
  }

  @Test
  void every_record_with_a_format_is_looked_at() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/metronome/model/record"))) {
      for (Path file : files.toList()) {
        if (Files.readString(file).contains("int format,")) {
          String name = file.getFileName().toString().replace(".java", "");
          assertThat(records().map(Class::getSimpleName)).contains(name);
        }
      }
    }
  }
}
