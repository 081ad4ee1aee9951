package dev.metronome.pipeline.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The routes in config/examples/routes, against real servers. */
@Timeout(600)
class ExampleRoutesTest {
  private static final Path EXAMPLES = Path.of("config/examples/routes");

  @TempDir Path folder;
  private final CountDownLatch closing = new CountDownLatch(1);
  private HttpServer server;
  private Bench bench;
  private String url;

  @BeforeEach
  void set_up() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    answer("/ok", 200, "{\"release\": {\"version\": \"1.2\"}, \"count\": 3}");
    answer("/bad", 500, "no");
    server.createContext(
        "/hang",
        exchange -> {
          try {
            closing.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort();
    bench = new Bench(folder).set("routes", folder.resolve("routes").toString());
  }

  @AfterEach
  void close() {
    closing.countDown();
    server.stop(0);
  }

  private void answer(String path, int status, String body) {
    server.createContext(
        path,
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private void example(String name, String what, String instead) throws IOException {
    String text = Files.readString(EXAMPLES.resolve(name));
    bench.file("routes/" + name, text.replace(what, instead));
  }

  private void http() throws IOException {
    example("operation-http.camel.yaml", "", "");
    example("operation-http.schema.json", "", "");
  }

  @Test
  void http_calls_a_url_and_captures_a_field() throws IOException {
    http();
    Outcome outcome =
        bench.run(
            """
            - http: {url: '%s/ok?a=b', field: /release/version, name: version}
            - echo: {text: 'version {{version}}'}
            - http: {url: '%s/bad', status: 500, method: POST, body: x}
            """
                .formatted(url, url));
    assertThat(outcome).isEqualTo(Outcome.success());
    assertThat(bench.log())
        .containsExactly(
            "[INFO ] GET " + url + "/ok?a=b answered 200",
            "[INFO ] echo: version 1.2",
            "[INFO ] POST " + url + "/bad answered 500");
  }

  @Test
  void http_fails_at_another_status() throws IOException {
    http();
    assertThat(bench.run("- http: {url: '" + url + "/bad'}").message())
        .contains("operation 1 (http): " + url + "/bad answered 500, expected 200");
  }

  @Test
  void http_that_hangs_ends_at_the_tasks_timeout() throws IOException {
    http();
    Outcome outcome =
        bench.runFile(
            "events: {e: {task: t}}\ntasks:\n  t:\n    timeout: 1\n    operations:\n",
            "- http: {url: '" + url + "/hang'}");
    assertThat(outcome.reason()).contains(Reason.TIMEOUT);
    assertThat(outcome.message().orElse("")).doesNotContain("may still run");
  }

  @Test
  void its_schema_checks_the_arguments_when_the_task_file_is_read() throws IOException {
    http();
    assertThatThrownBy(
            () ->
                bench.run(
                    """
                    - http: {url: 'ftp://x', status: '{{status}}', field: a}
                    - http: {url: '{{url}}', status: often}
                    """))
        .hasMessageContaining("task.yml:6:21: error: `url` of `http`: does not match")
        .hasMessageContaining("task.yml:7:")
        .hasMessageContaining("`status` of `http`: string found, integer expected")
        .hasMessageContaining("name");
  }

  @Test
  void its_schema_checks_what_templates_have_become_too() throws IOException {
    http();
    bench.param("status", "often");
    assertThat(
            bench.run("- http: {url: '" + url + "/ok', status: '{{status}}'}").message().orElse(""))
        .contains("`status` of `http`: string found, integer expected");
  }

  /** Camel resolves placeholders in the header that holds the URL, CVE-2026-78164. */
  @Test
  void what_comes_with_an_event_is_no_placeholder_in_a_url() throws IOException {
    http();
    bench.param("where", "a=b");
    String operation = "- http: {url: '" + url + "/ok?{{where}}'}";
    assertThat(bench.run(operation)).isEqualTo(Outcome.success());
    assertThat(bench.log()).containsExactly("[INFO ] GET " + url + "/ok?a=b answered 200");

    bench.param("where", "{{env:PATH}}");
    assertThat(bench.run(operation).message().orElse(""))
        .contains("`url` of `http`: does not match")
        .doesNotContain(System.getenv("PATH"));
  }

  @Test
  void sql_runs_a_statement_with_its_parameters_as_data() throws IOException {
    example("operation-sql.camel.yaml", "{{env:SQL_URL}}", "jdbc:h2:" + folder + "/db");
    bench.param("name", "x'; DROP TABLE release; --");
    Outcome outcome =
        bench.run(
            """
            - sql: {statement: 'CREATE TABLE release (name VARCHAR, version VARCHAR)'}
            - sql:
                statement: 'INSERT INTO release VALUES (:?name, :?version)'
                parameters: {name: '{{name}}', version: '7'}
            - sql:
                statement: 'SELECT version FROM release WHERE name = :?name'
                parameters: {name: '{{name}}'}
                field: /0/VERSION
                name: version
            - echo: {text: 'version {{version}}'}
            """);
    assertThat(outcome).isEqualTo(Outcome.success());
    assertThat(bench.log()).last().isEqualTo("[INFO ] echo: version 7");
  }
}
