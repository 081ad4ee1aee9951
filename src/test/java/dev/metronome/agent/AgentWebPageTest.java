package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
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
    assertThat(get("/app.js").headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/javascript");
  }

  /** The frame's own, scripts and styles; the browser asks for an icon besides. */
  @Test
  void at_first_a_browser_gets_little_and_asks_for_little() throws Exception {
    byte[] frame = compressed("/");
    List<String> names =
        Pattern.compile("(?:src|href)=\"([^#\"]+)\"")
            .matcher(unzipped(frame))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(names).hasSize(3).contains("icon.svg");
    int size = frame.length;
    for (String name : names) {
      size += compressed("/" + name).length;
    }
    System.out.println("first of the page: " + size + " bytes");
    assertThat(size).isLessThan(60_000);
    for (String name : names.stream().filter(it -> it.startsWith("page-")).toList()) {
      HttpResponse<String> answer = get("/" + name);
      assertThat(answer.headers().firstValue("Cache-Control").orElseThrow())
          .isEqualTo("max-age=31536000, immutable");
      assertThat(unzipped(compressed("/" + name))).isEqualTo(answer.body());
      assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
    }
    String tag = get("/").headers().firstValue("ETag").orElseThrow();
    assertThat(get("/", "If-None-Match", tag).statusCode()).isEqualTo(304);
  }

  private static byte[] compressed(String path) throws Exception {
    HttpResponse<byte[]> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + agent.agent().port() + path))
                    .header("Accept-Encoding", "br, gzip;q=0.8")
                    .build(),
                BodyHandlers.ofByteArray());
    assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
    assertThat(answer.headers().firstValue("Vary")).hasValue("Accept-Encoding");
    return answer.body();
  }

  private static String unzipped(byte[] bytes) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void whoever_does_not_want_it_compressed_gets_it_as_it_is() throws Exception {
    for (String path : List.of("/", "/app.js")) {
      for (String accepted : List.of("identity", "gzip;q=0", "br, gzip; q=0.0", "xgzip")) {
        HttpResponse<String> answer = get(path, "Accept-Encoding", accepted);
        assertThat(answer.headers().firstValue("Content-Encoding")).as(accepted).isEmpty();
      }
    }
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
