package dev.metronome.telemetry.metrics;

import dev.metronome.pipeline.intake.Admission;
import dev.metronome.pipeline.intake.RingListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Who was turned away at the doors, and when somebody may have got lost before them. */
final class IntakeMeters implements Consumer<Admission.Why>, RingListener {

  private final Map<Admission.Why, Counter> rejected = new EnumMap<>(Admission.Why.class);
  private final Counter overflows;

  IntakeMeters(MeterRegistry registry) {
    for (Admission.Why why : Admission.Why.values()) {
      rejected.put(
          why,
          Counter.builder("metronome.rejected")
              .description("Events that this agent turned away as not authentic")
              .tag("reason", why.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    this.overflows =
        Counter.builder("metronome.user.events.overflows")
            .description("Times that user events may have been lost before this agent saw them")
            .register(registry);
  }

  @Override
  public void accept(Admission.Why why) {
    rejected.get(why).increment();
  }

  @Override
  public void overflowed() {
    overflows.increment();
  }
}
