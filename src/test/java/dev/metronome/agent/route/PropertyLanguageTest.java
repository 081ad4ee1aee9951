package dev.metronome.agent.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What conditions of routes read of a body, beside what Camel's own language reads. */
class PropertyLanguageTest {

  @AutoClose private final DefaultCamelContext camel = new DefaultCamelContext();
  @AutoClose private final DefaultCamelContext plain = new DefaultCamelContext();

  /** Counts how often somebody asks for a hash of all that it holds. */
  public record Body(List<String> names, AtomicInteger hashed) {
    public boolean isDue() {
      return names.size() > 1;
    }

    public Map<String, String> meta() {
      return Map.of("rack", "r9");
    }

    public String fails() {
      throw new IllegalStateException("no");
    }

    public String of(String name) {
      return name + names.size();
    }

    public String sum() {
      return "none";
    }

    public String sum(String name) {
      return name;
    }

    @Override
    public int hashCode() {
      return hashed.incrementAndGet();
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public String toString() {
      return "body";
    }
  }

  /** With a property by the JavaBeans' name. */
  public static final class Bean {
    public String getName() {
      return "n";
    }
  }

  private final Body body = new Body(List.of("a", "b"), new AtomicInteger());

  @BeforeEach
  void start() {
    camel.getRegistry().bind(PropertyLanguage.NAME, new PropertyLanguage());
    camel.start();
    plain.start();
  }

  private static Object read(DefaultCamelContext context, String text, Object body) {
    Expression simple = context.resolveLanguage("simple").createExpression(text);
    simple.init(context);
    Exchange exchange = new DefaultExchange(context);
    exchange.getIn().setBody(body);
    exchange.setProperty("Run", body);
    return simple.evaluate(exchange, Object.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${body.isDue}",
        "${body.names}",
        "${body.names[1]}",
        "${body.names.size}",
        "${body.meta[rack]}",
        "${body.of('x')}",
        "${body.of}",
        "${body?.isDue}",
        "${body.sum}",
        "${body.sum('y')}",
        "${body.isDue} && ${body.meta[rack]} == 'r9'",
        "${exchangeProperty.Run.isDue}",
        "${body.toString}",
        "${body}"
      })
  void it_reads_what_camels_own_reads(String text) {
    assertThat(read(camel, text, body)).isNotNull().isEqualTo(read(plain, text, body));
  }

  @Test
  void what_is_no_method_of_an_object_of_ours_is_camels() {
    assertThat(read(camel, "${body.name}", new Bean())).isEqualTo("n");
    assertThat(read(camel, "${body.size}", List.of("a", "b"))).isEqualTo(2);
    assertThat(read(camel, "${body.name}", null)).isEqualTo(read(plain, "${body.name}", null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"${body.isDu}", "${body.fails}"})
  void what_fails_fails_as_camels_own_does(String text) {
    Throwable failure = catchThrowable(() -> read(camel, text, body));
    Throwable own = catchThrowable(() -> read(plain, text, body));

    assertThat(failure).hasSameClassAs(own);
    assertThat(failure.getCause()).hasSameClassAs(own.getCause());
    assertThat(sentence(failure)).isEqualTo(sentence(own));
  }

  private static String sentence(Throwable failure) {
    return failure.getCause().getMessage().replaceFirst("Exchange\\[.*]", "Exchange");
  }

  /** It is found by the simple language of this version of Camel, which is what it is for. */
  @Test
  void a_property_is_read_without_a_hash_of_all_that_the_body_holds() {
    read(camel, "${body.isDue}", body);
    read(camel, "${exchangeProperty.Run.isDue}", body);
    assertThat(body.hashed()).hasValue(0);

    read(plain, "${body.isDue}", body);
    assertThat(body.hashed().get()).isPositive();
  }
}
