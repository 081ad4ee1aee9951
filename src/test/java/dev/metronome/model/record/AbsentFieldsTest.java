package dev.metronome.model.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.metronome.testing.Records;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Agents of other versions leave fields out: each that a record can do without is then absent, and
 * none of the others; what is there stays as it is.
 */
class AbsentFieldsTest {

  /** Which take no text but of their own form. */
  private static final Set<String> OF_THEIR_OWN_FORM = Set.of("Event.traceparent");

  /** Which have a part that another one needs. */
  private static final Set<Class<?>> TOGETHER = Set.of(EndedNodes.class, Opening.class);

  static Stream<Class<?>> records() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackagesOf(Plan.class)
            .stream()
            .filter(JavaClass::isRecord)
            .filter(type -> type.getPackageName().equals(Plan.class.getPackageName()))
            .<Class<?>>map(JavaClass::reflect)
            .filter(type -> type != FreezeScope.class && type != Keys.class);
  }

  private static Constructor<?> constructor(Class<?> type) throws NoSuchMethodException {
    Constructor<?> all =
        type.getDeclaredConstructor(
            Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new));
    all.setAccessible(true);
    return all;
  }

  private static Object of(Class<?> type, Object... values) throws Throwable {
    try {
      return constructor(type).newInstance(values);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Object read(RecordComponent part, Object of) throws ReflectiveOperationException {
    part.getAccessor().setAccessible(true);
    return part.getAccessor().invoke(of);
  }

  private static Object[] samples(Class<?> type) throws Throwable {
    RecordComponent[] parts = type.getRecordComponents();
    Object[] samples = new Object[parts.length];
    for (int i = 0; i < parts.length; i++) {
      samples[i] = sample(parts[i].getGenericType());
    }
    return samples;
  }

  private static Object sample(Type type) throws Throwable {
    if (type instanceof ParameterizedType generic) {
      Type[] of = generic.getActualTypeArguments();
      Class<?> raw = (Class<?>) generic.getRawType();
      if (raw == Optional.class) {
        return Optional.of(sample(of[0]));
      }
      return raw == Map.class ? Map.of(sample(of[0]), sample(of[1])) : List.of(sample(of[0]));
    }
    Class<?> plain = (Class<?>) type;
    if (plain == Stage.class) {
      return Stage.at(0, List.of("abcd"));
    }
    if (plain.isRecord()) {
      return of(plain, samples(plain));
    }
    if (plain.isEnum()) {
      return plain == Status.class ? Status.ERROR : plain.getEnumConstants()[0];
    }
    return Map.<Class<?>, Object>of(
            String.class,
            "abcd",
            Instant.class,
            Records.NOON,
            Integer.class,
            1,
            int.class,
            1,
            Long.class,
            1L,
            long.class,
            1L,
            Boolean.class,
            true,
            boolean.class,
            true)
        .get(plain);
  }

  @ParameterizedTest
  @MethodSource("records")
  void what_is_there_stays_as_it_is(Class<?> type) throws Throwable {
    Object[] samples = samples(type);
    Object full = of(type, samples);
    RecordComponent[] parts = type.getRecordComponents();
    for (int i = 0; i < parts.length; i++) {
      String name = type.getSimpleName() + "." + parts[i].getName();
      if (!OF_THEIR_OWN_FORM.contains(name)) {
        assertThat(read(parts[i], full)).as(name).isEqualTo(samples[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void what_is_left_out_is_absent_or_the_record_is_none(Class<?> type) throws Throwable {
    RecordComponent[] parts = type.getRecordComponents();
    for (int i = 0; i < parts.length; i++) {
      Object[] values = samples(type);
      Object there = values[i];
      if (parts[i].getType().isPrimitive()) {
        continue;
      }
      values[i] = null;
      String name = type.getSimpleName() + "." + parts[i].getName();
      Optional<Object> without = without(type, values);
      Object now = without.isPresent() ? read(parts[i], without.get()) : null;
      if (now != null) {
        assertThat(now)
            .as(name)
            .isNotEqualTo(there)
            .isIn(Optional.empty(), Map.of(), List.of(), "", "unknown", Batching.NONE);
      }
    }
  }

  /** Empty if it is no such record without that. */
  private static Optional<Object> without(Class<?> type, Object... values) throws Throwable {
    try {
      return Optional.of(of(type, values));
    } catch (NullPointerException needed) {
      return Optional.empty();
    } catch (IllegalArgumentException together) {
      assertThat(type).isIn(TOGETHER);
      return Optional.empty();
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void no_list_of_a_record_can_be_changed(Class<?> type) throws Throwable {
    Object full = of(type, samples(type));
    for (RecordComponent part : type.getRecordComponents()) {
      if (read(part, full) instanceof List<?> list) {
        assertThatThrownBy(() -> list.remove(0)).isInstanceOf(UnsupportedOperationException.class);
      }
    }
  }
}
