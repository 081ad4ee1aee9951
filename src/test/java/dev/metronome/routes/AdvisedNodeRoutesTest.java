package dev.metronome.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.pipeline.execute.OperationFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.Variable;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.spi.Policy;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.camel.test.main.junit5.CamelMainTestSupport;
import org.junit.jupiter.api.Test;

/**
 * What each node runs, by itself: {@code execute}, {@code run-task} and the operations. Queue,
 * Consul and programs are mocks.
 */
class AdvisedNodeRoutesTest extends CamelMainTestSupport {

  private final Beans beans = new Beans();

  /** Writes down what is asked of it; {@code public} because Camel calls it. */
  public static final class Beans implements Policy {
    private final List<String> calls = new ArrayList<>();
    private List<String> operations = List.of();
    private boolean failing;
    private int again;
    private boolean drained;

    public void begin(@Body String task, Exchange exchange) {
      calls.add("begin " + task);
      exchange.setProperty("MetronomeTaskRun", new Run(new AtomicBoolean(true), drained));
    }

    public List<String> operations(@ExchangeProperty("MetronomeTaskRun") Run run) {
      run.flag().set(false);
      return operations;
    }

    public void again(
        @ExchangeException OperationFailedException failure,
        @ExchangeProperty("MetronomeTaskRun") Run run,
        Exchange exchange) {
      calls.add("again after " + failure.getMessage());
      if (again-- == 0) {
        throw failure;
      }
      exchange.removeProperty(Exchange.EXCEPTION_CAUGHT);
      run.flag().set(true);
    }

    public Map<String, String> arguments(@Body String operation) {
      return Map.of("text", "said by " + operation);
    }

    @Override
    public void beforeWrap(Route route, NamedNode definition) {}

    @Override
    public Processor wrap(Route route, Processor steps) {
      return exchange -> {
        exchange.setProperty("MetronomeOperation", exchange.getMessage().getBody());
        steps.process(exchange);
      };
    }

    public void run(@Body Map<String, String> arguments) {
      calls.add("run " + arguments.get("text"));
      fail();
    }

    public Berksfile attributes(@Body Map<String, String> arguments) {
      calls.add("attributes");
      return new Berksfile(arguments.containsKey("berks"));
    }

    public Berksfile configuration(@Body Berksfile chef) {
      calls.add("configuration");
      return chef;
    }

    public void vendor() {
      calls.add("vendor");
    }

    public void converge() {
      calls.add("converge");
      fail();
    }

    public void tidy(@Body Berksfile chef) {
      calls.add("tidy");
    }

    public void capture(@Body Object value, @Variable("arguments") Map<String, String> arguments) {
      calls.add("capture " + arguments.get("name"));
    }

    public void put(@Variable("arguments") Map<String, String> arguments) {
      calls.add("put " + arguments.get("key"));
      fail();
    }

    public Object options() {
      return "options";
    }

    public String payload(@Variable("arguments") Map<String, String> arguments) {
      return "payload of " + arguments.get("name");
    }

    public void explain() {
      calls.add("explain");
      throw new IllegalStateException("explained");
    }

    private void fail() {
      if (failing) {
        throw new OperationFailedException("failed");
      }
    }
  }

  /** Writes down what is done to the service; {@code public} because Camel calls it. */
  public static final class Drains {
    private final List<String> calls;

    Drains(List<String> calls) {
      this.calls = calls;
    }

    public void begin() {
      calls.add("out of traffic");
    }

    public void await() {
      calls.add("wait");
    }

    public void end() {
      calls.add("back in traffic");
    }
  }

  /** Whether its operations are still to be run. */
  public record Run(AtomicBoolean flag, boolean outOfTraffic) {
    public boolean isDrained() {
      return outOfTraffic;
    }

    public boolean isDue() {
      return flag.get();
    }
  }

  /** The body between the steps of chef. */
  public record Berksfile(boolean hasBerksfile) {}

  @Override
  @SuppressWarnings("deprecation") // its successor is a setting of the same name, made in a hook
  public boolean isUseAdviceWith() {
    return true;
  }

  @Override
  protected void configure(MainConfigurationProperties configuration) {
    configuration.withRoutesIncludePattern(
        "file:routes/execute.camel.yaml,file:routes/run-*.camel.yaml,file:routes/drain.camel.yaml,"
            + "file:routes/operation-*.camel.yaml");
  }

  @Override
  protected void bindToRegistry(Registry registry) {
    registry.bind("drains", new Drains(beans.calls));
    registry.bind("claims", MemoryIdempotentRepository.memoryIdempotentRepository(10));
    for (String name :
        List.of(
            "task-runs",
            "operations",
            "scripts",
            "services",
            "chef",
            "key-values",
            "event-sender")) {
      registry.bind(name, beans);
    }
  }

  private void replaced(String route, String... steps) throws Exception {
    AdviceWith.adviceWith(
        context,
        route,
        advised -> {
          for (String step : steps) {
            advised.weaveById(step).replace().to("mock:" + step);
          }
        });
  }

  private MockEndpoint begun(String mock) throws Exception {
    AdviceWith.adviceWith(
        context,
        "execute",
        route -> {
          route.replaceFromWith("direct:node-queue");
          route.weaveById("execute-run").replace().to("mock:run");
        });
    replaced("operation-consul-kvs", "operation-consul-kvs-get", "operation-consul-kvs-delete");
    replaced("operation-consul-event", "operation-consul-event-fire", "operation-consul-event-say");
    replaced("operation-echo", "operation-echo-say");
    context.start();
    return getMockEndpoint("mock:" + mock);
  }

  private Exchange sent(String operation, Map<String, ?> arguments) {
    return template.send(
        "direct:operation-" + operation, exchange -> exchange.getIn().setBody(arguments));
  }

  @Test
  void a_task_is_run_once_and_only_if_it_was_claimed() throws Exception {
    MockEndpoint run = begun("run");

    template.sendBodyAndHeader("direct:node-queue", "a task", "MetronomeItem", "e1.0");
    template.sendBodyAndHeader("direct:node-queue", "a task", "MetronomeItem", "e1.0");
    template.sendBodyAndHeader("direct:node-queue", "another", "MetronomeItem", "e1.1");

    assertThat(run.getExchanges())
        .map(exchange -> exchange.getMessage().getBody())
        .containsExactly("a task", "another");
  }

  @Test
  void run_task_calls_the_route_of_each_operation_with_its_arguments_in_their_order()
      throws Exception {
    MockEndpoint echo = begun("operation-echo-say");
    beans.operations = List.of("echo", "execute", "service");

    template.sendBody("direct:run-task", "e1.0");

    assertThat(echo.getExchanges())
        .map(exchange -> exchange.getMessage().getBody())
        .containsExactly(Map.of("text", "said by echo"));
    assertThat(beans.calls)
        .containsExactly("begin e1.0", "run said by execute", "run said by service");
  }

  @Test
  void run_task_stops_at_the_first_operation_that_fails() throws Exception {
    MockEndpoint echo = begun("operation-echo-say");
    beans.operations = List.of("execute", "service", "echo");
    beans.failing = true;

    Exchange task = template.send("direct:run-task", it -> it.getIn().setBody("e1.0"));

    assertThat(task.getException()).hasStackTraceContaining("failed");
    assertThat(echo.getExchanges()).isEmpty();
    assertThat(beans.calls)
        .containsExactly("begin e1.0", "run said by execute", "again after failed");
  }

  @Test
  void run_task_runs_all_operations_again_as_often_as_it_is_told() throws Exception {
    MockEndpoint echo = begun("operation-echo-say");
    beans.operations = List.of("echo", "execute");
    beans.failing = true;
    beans.again = 2;

    Exchange task = template.send("direct:run-task", it -> it.getIn().setBody("e1.0"));

    assertThat(task.getException()).hasMessage("failed");
    assertThat(echo.getExchanges()).hasSize(3);
    assertThat(beans.calls).filteredOn("run said by execute"::equals).hasSize(3);
  }

  @Test
  void a_service_is_out_of_traffic_while_the_task_is_tried_and_back_in_every_ending()
      throws Exception {
    begun("nothing");
    beans.operations = List.of("execute");
    beans.drained = true;
    beans.failing = true;
    beans.again = 1;

    Exchange task = template.send("direct:run-task", it -> it.getIn().setBody("e1.0"));

    assertThat(task.getException()).hasMessage("failed");
    assertThat(beans.calls)
        .containsExactly(
            "begin e1.0",
            "out of traffic",
            "wait",
            "run said by execute",
            "again after failed",
            "run said by execute",
            "again after failed",
            "back in traffic");
  }

  @Test
  void drain_and_run_attempts_are_entered_by_themselves_too() throws Exception {
    MockEndpoint echo = begun("operation-echo-say");
    beans.operations = List.of("echo");
    for (String route : List.of("direct:drain", "direct:run-attempts")) {
      template.sendBodyAndProperty(
          route, "", "MetronomeTaskRun", new Run(new AtomicBoolean(true), false));
    }

    assertThat(echo.getExchanges()).hasSize(2);
    assertThat(beans.calls).containsExactly("out of traffic", "wait", "back in traffic");
  }

  @Test
  void run_operations_runs_them_once() throws Exception {
    MockEndpoint echo = begun("operation-echo-say");
    beans.operations = List.of("echo");

    template.sendBodyAndProperty(
        "direct:run-operations", "", "MetronomeTaskRun", new Run(new AtomicBoolean(true), false));

    assertThat(echo.getExchanges()).hasSize(1);
    assertThat(beans.calls).isEmpty();
  }

  @Test
  void programs_and_services_are_run_with_their_arguments() throws Exception {
    begun("nothing");

    sent("execute", Map.of("text", "a program"));
    sent("service", Map.of("text", "a service"));

    assertThat(beans.calls).containsExactly("run a program", "run a service");
  }

  @Test
  void chef_takes_its_steps_and_tidies_up() throws Exception {
    begun("nothing");

    assertThat(sent("chef", Map.of("berks", "yes")).isFailed()).isFalse();
    assertThat(sent("chef", Map.of()).isFailed()).isFalse();

    assertThat(beans.calls)
        .containsExactly(
            "attributes",
            "configuration",
            "vendor",
            "converge",
            "tidy",
            "attributes",
            "configuration",
            "converge",
            "tidy");
  }

  @Test
  void chef_tidies_up_when_it_has_failed_too() throws Exception {
    begun("nothing");
    beans.failing = true;

    assertThat(sent("chef", Map.of()).getException()).hasMessage("failed");
    assertThat(beans.calls).endsWith("converge", "tidy");
  }

  @Test
  void consul_kvs_reads_and_deletes_by_camels_own_endpoint() throws Exception {
    MockEndpoint get = begun("operation-consul-kvs-get");
    MockEndpoint delete = getMockEndpoint("mock:operation-consul-kvs-delete");

    sent("consul-kvs", Map.of("action", "get", "key", "app/a", "name", "a"));
    sent("consul-kvs", Map.of("action", "delete", "key", "app/b"));
    sent("consul-kvs", Map.of("action", "put", "key", "app/c"));

    assertThat(get.getExchanges()).map(AdvisedNodeRoutesTest::key).containsExactly("app/a");
    assertThat(delete.getExchanges()).map(AdvisedNodeRoutesTest::key).containsExactly("app/b");
    assertThat(beans.calls).containsExactly("capture a", "put app/c");
  }

  private static Object key(Exchange exchange) {
    return exchange.getMessage().getHeader("CamelConsulKey");
  }

  @Test
  void a_failure_of_consul_is_explained() throws Exception {
    MockEndpoint fire = begun("operation-consul-event-fire");
    fire.whenAnyExchangeReceived(
        exchange -> {
          throw new IllegalStateException("no Consul");
        });
    beans.failing = true;

    Exchange put = sent("consul-kvs", Map.of("action", "put", "key", "app/c"));
    Exchange event = sent("consul-event", Map.of("name", "deploy"));

    assertThat(put.getException()).hasMessage("explained");
    assertThat(event.getException()).hasMessage("explained");
  }

  @Test
  void consul_event_is_fired_by_camels_own_endpoint_with_payload_and_filter() throws Exception {
    MockEndpoint fire = begun("operation-consul-event-fire");

    sent("consul-event", Map.of("name", "deploy"));

    assertThat(fire.getExchanges()).hasSize(1);
    Exchange sent = fire.getExchanges().get(0);
    assertThat(sent.getMessage().getBody()).isEqualTo("payload of deploy");
    assertThat(sent.getMessage().getHeaders())
        .containsEntry("CamelConsulKey", "deploy")
        .containsEntry("CamelConsulOptions", "options");
  }
}
