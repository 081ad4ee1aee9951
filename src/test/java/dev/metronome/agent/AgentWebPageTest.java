package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How an agent serves the files of the web page. */
class AgentWebPageTest {

  private static final Path SOURCES = Path.of("src/main/resources/web");
  private static final Pattern IMPORTED = Pattern.compile("from '([^']+)'");

  @TempDir static Path folder;
  @AutoClose private static LoneAgent agent;

  @BeforeAll
  static void start() throws Exception {
    agent = LoneAgent.start(new AgentCluster(folder).pattern(AgentCluster.NOTHING));
  }

  private static HttpResponse<String> get(String path, String... headers) throws Exception {
    return agent.http().get(path, headers);
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void every_file_is_served_as_what_it_is_and_nothing_else_may_run() throws Exception {
    for (Path source : sources()) {
      HttpResponse<String> answer = get("/" + SOURCES.relativize(source));

      assertThat(answer.statusCode()).as(source.toString()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(Files.readString(source));
      assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    }
    assertThat(get("/").body()).isEqualTo(Files.readString(SOURCES.resolve("index.html")));
    assertThat(get("/app.js").headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/javascript");
  }

  @Test
  void what_a_module_imports_is_there() throws Exception {
    for (Path source :
        sources().stream().filter(file -> file.toString().endsWith(".js")).toList()) {
      Matcher imported = IMPORTED.matcher(Files.readString(source));
      while (imported.find()) {
        Path other = SOURCES.relativize(source.resolveSibling(imported.group(1)).normalize());
        assertThat(get("/" + other).statusCode()).as(source + ": " + other).isEqualTo(200);
      }
    }
  }

  @Test
  void what_a_browser_has_already_is_not_sent_again() throws Exception {
    String tag = get("/app.js").headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> again = get("/app.js", "If-None-Match", tag);

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(get("/app.js", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
  }

  @Test
  void nothing_outside_its_folder_is_served() throws Exception {
    for (String path :
        List.of(
            "/%2e%2e/application.properties",
            "/..%2fjolokia-access.xml",
            "/lib/%2e%2e/%2e%2e/hawtio/index.html",
            "/lib/LICENSE",
            "/pages",
            "/pages/",
            "/nothing.js")) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void nothing_of_it_needs_another_place() throws Exception {
    for (Path source : sources()) {
      String text = Files.readString(source).replace("http://www.w3.org/2000/svg", "");
      assertThat(text).as(source.toString()).doesNotContain("http://", "https://", "url(//");
    }
    try (InputStream library = getClass().getResourceAsStream("/web/lib/lit-html.js")) {
      assertThat(library).isNotNull();
    }
  }

  @Test
  void health_and_metrics_are_where_they_were() throws Exception {
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/metrics").body()).contains("metronome_");
  }
}
