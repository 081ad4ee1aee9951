package dev.metronome.metrics;

import dev.metronome.intake.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Who was turned away at the doors. */
final class IntakeMeters implements Consumer<Verdict.Why> {

  private final Map<Verdict.Why, Counter> rejected = new EnumMap<>(Verdict.Why.class);

  IntakeMeters(MeterRegistry registry) {
    for (Verdict.Why why : Verdict.Why.values()) {
      rejected.put(
          why,
          Counter.builder("metronome.rejected")
              .description("Events that this agent turned away as not authentic")
              .tag("reason", why.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  @Override
  public void accept(Verdict.Why why) {
    rejected.get(why).increment();
  }
}
