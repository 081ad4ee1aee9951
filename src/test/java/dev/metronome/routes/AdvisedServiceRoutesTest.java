package dev.metronome.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.spi.Registry;
import org.apache.camel.test.main.junit5.CamelMainTestSupport;
import org.junit.jupiter.api.Test;

/**
 * Routes beside the pipeline by themselves: {@code submit-http}, {@code metrics}, {@code retain},
 * {@code take-over} and the hooks.
 */
class AdvisedServiceRoutesTest extends CamelMainTestSupport {

  private static final List<String> HOOKS =
      List.of("batch-finished", "task-finished", "event-finished", "approval-wanted");

  private final Beans beans = new Beans();

  /** Writes down what is asked of it; {@code public} because Camel calls it. */
  public static final class Beans {
    private final List<String> calls = new ArrayList<>();
    private String failing = "";

    public String read(@Body String posted) {
      call("read");
      return "event of " + posted;
    }

    public void answer(Exchange exchange) {
      exchange.getMessage().setBody("accepted");
    }

    public void refuse(Exchange exchange) {
      exchange.getMessage().setBody("refused");
    }

    public String scrape() {
      return "metronome_up 1";
    }

    public void trimQuarantine() {
      call("trim");
    }

    public List<String> expired() {
      call("find");
      return List.of("old", "older");
    }

    public void remove(@Body String batch) {
      call("remove " + batch);
    }

    /** Of a tick no more is asked than its event. */
    public record Due(String name) {
      public String event() {
        return "event of " + name;
      }
    }

    public List<Due> due() {
      return List.of(new Due("one"), new Due("two"));
    }

    public void fired(Due tick) {
      call("fired " + tick.name());
    }

    public void look() {
      call("look");
    }

    private void call(String what) {
      calls.add(what);
      if (what.equals(failing)) {
        throw new IllegalStateException("failed");
      }
    }
  }

  @Override
  @SuppressWarnings("deprecation") // its successor is a setting of the same name, made in a hook
  public boolean isUseAdviceWith() {
    return true;
  }

  @Override
  protected void configure(MainConfigurationProperties configuration) {
    configuration.withRoutesIncludePattern(
        "file:routes/submit-http.camel.yaml,file:routes/metrics.camel.yaml,"
            + "file:routes/retain.camel.yaml,file:routes/take-over.camel.yaml,file:routes/cron.camel.yaml,"
            + "file:routes/*-finished.camel.yaml,file:routes/approval-wanted.camel.yaml");
  }

  @Override
  protected void bindToRegistry(Registry registry) {
    for (String name :
        List.of(
            "posted-events", "post-reply", "metrics", "retention", "switchover", "cron-ticks")) {
      registry.bind(name, beans);
    }
  }

  private void begin() throws Exception {
    for (String route : List.of("metrics", "retain", "take-over", "cron")) {
      AdviceWith.adviceWith(context, route, advised -> advised.replaceFromWith("direct:" + route));
    }
    AdviceWith.adviceWith(
        context, "cron", advised -> advised.weaveById("cron-enqueue").replace().to("mock:queue"));
    AdviceWith.adviceWith(
        context,
        "submit-http",
        advised -> {
          advised.replaceFromWith("direct:submit-http");
          advised.weaveById("submit-http-enqueue").replace().to("mock:queue");
        });
    for (String hook : HOOKS) {
      AdviceWith.adviceWith(
          context, hook, advised -> advised.weaveById(hook + "-note").after().to("mock:" + hook));
    }
    context.start();
  }

  @Test
  void what_is_posted_is_read_queued_and_answered() throws Exception {
    begin();
    MockEndpoint queue = getMockEndpoint("mock:queue");

    Exchange answer =
        template.send(
            "direct:submit-http",
            exchange -> {
              exchange.getIn().setBody("deploy");
              exchange.getIn().setHeader("CamelFileName", "../../etc/passwd");
              exchange.getIn().setHeader("Authorization", "Bearer x");
            });

    assertThat(answer.getMessage().getBody()).isEqualTo("accepted");
    assertThat(queue.getExchanges()).hasSize(1);
    assertThat(queue.getExchanges().get(0).getMessage().getBody()).isEqualTo("event of deploy");
    assertThat(answer.getMessage().getHeaders())
        .containsKey("Authorization")
        .doesNotContainKey("CamelFileName");
  }

  @Test
  void what_cannot_be_read_or_queued_is_refused_with_an_answer() throws Exception {
    begin();
    MockEndpoint queue = getMockEndpoint("mock:queue");
    queue.whenAnyExchangeReceived(
        exchange -> {
          throw new IllegalStateException("full");
        });
    assertThat(template.requestBody("direct:submit-http", "deploy")).isEqualTo("refused");

    beans.failing = "read";
    assertThat(template.requestBody("direct:submit-http", "deploy")).isEqualTo("refused");
    assertThat(queue.getExchanges()).hasSize(1);
  }

  @Test
  void metrics_are_told_as_text_and_nothing_of_the_request_comes_back() throws Exception {
    begin();

    Exchange answer =
        template.send("direct:metrics", exchange -> exchange.getIn().setHeader("X-Mine", "1"));

    assertThat(answer.getMessage().getBody()).isEqualTo("metronome_up 1");
    assertThat(answer.getMessage().getHeaders())
        .isEqualTo(Map.of("Content-Type", "text/plain; version=0.0.4; charset=utf-8"));
  }

  @Test
  void each_tick_that_is_due_is_put_into_the_queue_and_then_said_to_be_fired() throws Exception {
    begin();
    MockEndpoint queue = getMockEndpoint("mock:queue");

    template.sendBody("direct:cron", null);

    assertThat(queue.getExchanges())
        .extracting(exchange -> exchange.getMessage().getBody())
        .containsExactly("event of one", "event of two");
    assertThat(beans.calls).containsExactly("fired one", "fired two");
  }

  @Test
  void a_tick_that_cannot_be_queued_is_put_off_with_those_behind_it() throws Exception {
    begin();
    getMockEndpoint("mock:queue")
        .whenAnyExchangeReceived(
            exchange -> {
              throw new IllegalStateException("full");
            });

    Exchange run = template.send("direct:cron", exchange -> {});

    assertThat(run.isFailed()).isFalse();
    assertThat(beans.calls).isEmpty();
  }

  @Test
  void retain_removes_what_it_has_found() throws Exception {
    begin();

    template.sendBody("direct:retain", null);

    assertThat(beans.calls).containsExactly("trim", "find", "remove old", "remove older");
  }

  @Test
  void retain_puts_off_what_fails_and_removes_nothing_behind_it() throws Exception {
    begin();
    beans.failing = "remove old";

    Exchange run = template.send("direct:retain", exchange -> {});

    assertThat(run.isFailed()).isFalse();
    assertThat(beans.calls).containsExactly("trim", "find", "remove old");
  }

  @Test
  void take_over_looks_and_puts_off_what_fails() throws Exception {
    begin();

    template.sendBody("direct:take-over", null);
    beans.failing = "look";
    Exchange run = template.send("direct:take-over", exchange -> {});

    assertThat(run.isFailed()).isFalse();
    assertThat(beans.calls).containsExactly("look", "look");
  }

  @Test
  void a_hook_gets_the_result_and_leaves_it_as_it_is() throws Exception {
    begin();
    Map<String, Object> result =
        Map.of(
            "Name",
            "deploy",
            "Status",
            "success",
            "By",
            List.of("ops"),
            "Batch",
            Map.of("No", 1, "Of", 2));

    for (String hook : HOOKS) {
      template.sendBody("direct:" + hook, result);
      MockEndpoint after = getMockEndpoint("mock:" + hook);
      assertThat(after.getExchanges())
          .map(exchange -> exchange.getMessage().getBody())
          .containsExactly(result);
    }
  }
}
