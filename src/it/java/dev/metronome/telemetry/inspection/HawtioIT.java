package dev.metronome.telemetry.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.http.access.Role;
import dev.metronome.http.access.User;
import dev.metronome.http.access.UserLine;
import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.Browser;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hawtio of an agent from the packaged jar, with 64 MB of heap, in a real browser. */
class HawtioIT {

  /** What was measured while a browser looks, 154 to 167, and room for another machine. */
  private static final long MEGABYTES = 185;

  private static final Pattern PORT = Pattern.compile("state=started .*port=(\\d+)");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private EmbeddedConsul consul;
  private AgentProcess agent;
  private String url;

  @BeforeEach
  void start() {
    consul = EmbeddedConsul.start();
  }

  @AfterEach
  void stop() {
    if (agent != null) {
      agent.close();
    }
    consul.close();
  }

  private void agent(String... more) {
    URI address = consul.agent("a");
    List<String> options =
        new ArrayList<>(
            List.of(
                "--host", address.getHost(),
                "--port", Integer.toString(address.getPort()),
                "--protocol", "http"));
    options.addAll(List.of(more));
    Path classes = folder.resolve("classes");
    agent = AgentProcess.start(folder.resolve("log"), jvm(classes), options).awaitStarted();
    Matcher port = PORT.matcher(agent.log());
    assertThat(port.find()).isTrue();
    url = "http://127.0.0.1:" + port.group(1);
  }

  /** As bin/metronome has them, but for the heap. */
  private static List<String> jvm(Path classes) {
    return List.of(
        "-Xms8m",
        "-Xmn6m",
        "-Xss512k",
        "-XX:ReservedCodeCacheSize=32m",
        "-XX:-UsePerfData",
        "-Dio.netty.allocator.maxOrder=2",
        "-Xlog:class+load:file=" + classes);
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private String jolokia(String json) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/hawtio/jolokia"))
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private List<String> loadedClasses() throws IOException {
    return Files.readAllLines(folder.resolve("classes"));
  }

  private long residentMegabytes() throws IOException {
    Matcher resident =
        RESIDENT.matcher(Files.readString(Path.of("/proc/" + agent.pid() + "/status")));
    assertThat(resident.find()).isTrue();
    return Long.parseLong(resident.group(1)) / 1_024;
  }

  @Test
  void without_its_flag_nothing_of_it_is_there() throws Exception {
    agent();

    assertThat(get("/hawtio/").statusCode()).isEqualTo(404);
    assertThat(get("/hawtio/jolokia/version").statusCode()).isEqualTo(404);
    assertThat(loadedClasses())
        .hasSizeGreaterThan(1_000)
        .noneMatch(line -> line.contains("jolokia") && !line.contains("JolokiaPlatformHttpPlugin"))
        .noneMatch(line -> line.contains("inspection.Hawtio"));
  }

  @Test
  void it_leads_to_the_diagram_of_execute_without_an_error() throws Exception {
    agent("--hawtio");
    try (Browser browser = Browser.start()) {
      browser.open(url + "/hawtio/");
      browser.awaitText("metronome-a");
      browser.screenshot("hawtio-first");

      browser.press("execute");
      browser.press("Route Diagram");
      browser.awaitText("Idempotent");
      browser.awaitText("direct:run-task");
      browser.screenshot("hawtio-execute");

      // A link to a place within it, opened anew.
      browser.open(url + "/hawtio/jmx");
      browser.text("dev.metronome");

      assertThat(browser.errors()).isEmpty();
    }
    assertThat(residentMegabytes()).isLessThanOrEqualTo(MEGABYTES);
  }

  @Test
  void what_may_not_be_done_is_inactive() throws Exception {
    agent("--hawtio");
    try (Browser browser = Browser.start()) {
      browser.open(url + "/hawtio/");
      browser.awaitText("metronome-a");
      browser.find("td input").click();
      assertInactive(browser, "Start", "Suspend");
      browser.find("#camel-contexts-toolbar .pf-v5-c-menu-toggle").click();
      assertInactive(browser, "Delete");

      browser.press("routes");
      browser.awaitText("Uptime");
      browser.find("td input").click();
      assertInactive(browser, "Start", "Stop");

      browser.press("execute");
      browser.press("Exchanges");
      browser.awaitText("No blocked exchanges found");
      browser.press("Operations");
      browser.awaitText("dumpRouteAsXml()");
      List<String> operations =
          texts(
              browser,
              "return [...document.querySelectorAll('.pf-v5-c-data-list__item')].map(e =>"
                  + " e.querySelector('b').innerText + (e.querySelector('button.pf-m-danger')"
                  + ".disabled ? '' : ' active'))");
      assertThat(operations).hasSizeGreaterThan(20).contains("stop()");
      assertThat(operations.stream().filter(each -> each.endsWith("active")))
          .isNotEmpty()
          .allMatch(each -> each.matches("dumpRoute(Stats)?AsXml.*"));
      assertThat(browser.errors()).isEmpty();
    }
  }

  private static List<String> texts(Browser browser, String script) {
    return ((List<?>) browser.driver().executeScript(script))
        .stream().map(String::valueOf).toList();
  }

  /** Buttons and entries of menus that can be seen. */
  private static void assertInactive(Browser browser, String... names) {
    for (String name : names) {
      assertThat(
              browser
                  .driver()
                  .executeScript(
                      "return [...document.querySelectorAll('main button')].filter(e =>"
                          + " e.innerText.trim() === arguments[0]).map(e => e.disabled)",
                      name))
          .as(name)
          .isEqualTo(List.of(true));
    }
  }

  @Test
  void it_only_looks() throws Exception {
    agent("--hawtio");
    String context = "org.apache.camel:context=metronome-a,type=context,name=\\\"metronome-a\\\"";

    assertThat(jolokia(request("read", context, "\"attribute\":\"State\"")))
        .contains("\"value\":\"Started\"");
    assertThat(jolokia(request("exec", context, "\"operation\":\"dumpRoutesAsXml()\"")))
        .contains("operation-execute");
    assertThat(jolokia(request("exec", context, "\"operation\":\"stop()\"")))
        .contains("\"status\":403");
    assertThat(
            jolokia(
                request(
                    "exec",
                    "org.apache.camel:context=metronome-a,type=routes,name=\\\"execute\\\"",
                    "\"operation\":\"stop()\"")))
        .contains("\"status\":403");
    assertThat(
            jolokia(
                request(
                    "exec",
                    "hawtio:type=security,name=RBACRegistry",
                    "\"operation\":\"list(java.lang.String)\",\"arguments\":[\"java.lang/type=Memory\"]")))
        .containsPattern("\"gc\":\\{[^}]*\"canInvoke\":false")
        .containsPattern("\"Verbose\":\\{[^}]*\"rw\":false");
    assertThat(jolokia(request("write", context, "\"attribute\":\"Tracing\",\"value\":true")))
        .contains("\"status\":403");
    assertThat(
            jolokia(request("read", "java.lang:type=Runtime", "\"attribute\":\"InputArguments\"")))
        .contains("\"status\":403");
    assertThat(
            jolokia(
                request("read", "java.lang:type=Runtime", "\"attribute\":\"SystemProperties\"")))
        .contains("\"status\":403");
    assertThat(
            jolokia(
                request(
                    "exec",
                    "com.sun.management:type=DiagnosticCommand",
                    "\"operation\":\"vmCommandLine\"")))
        .contains("\"status\":403");
  }

  private static String request(String type, String bean, String more) {
    return "{\"type\":\"" + type + "\",\"mbean\":\"" + bean + "\"," + more + "}";
  }

  @Test
  void who_has_a_password_looks_at_both_pages() throws Exception {
    Path users = folder.resolve("users");
    UserLine line = UserLine.withPassword(new User("look", Role.READ), "correct-horse");
    Files.writeString(users, line + "\n");
    agent("--hawtio", "--http-users=" + users, "--http-host=0.0.0.0", "--http-insecure");
    assertThat(get("/hawtio/").statusCode()).isEqualTo(401);
    assertThat(get("/hawtio/jolokia/version").statusCode()).isEqualTo(401);
    assertThat(get("/").statusCode()).isEqualTo(401);

    try (Browser browser = Browser.start()) {
      browser.open(url.replace("http://", "http://look:correct-horse@") + "/health/ready");
      browser.open(url + "/hawtio/"); // the browser knows the password from now on
      browser.press("execute");
      browser.press("Route Diagram");
      browser.awaitText("Idempotent");
      browser.open(url + "/#/nodes");
      browser.awaitText("leader");

      assertThat(browser.errors())
          .filteredOn(error -> !error.contains("favicon.ico")) // of the JSON at the beginning
          .isEmpty();
    }
  }

  @Test
  void it_speaks_to_no_other_site() throws Exception {
    agent("--hawtio");

    for (String path : List.of("/hawtio/", "/hawtio/jolokia/version")) {
      assertThat(get(path).statusCode()).isEqualTo(200);
      assertThat(get(path, "Origin", url).statusCode()).isEqualTo(200);
      assertThat(get(path, "Origin", "http://evil.example").statusCode()).isEqualTo(403);
      assertThat(get(path, "Origin", "http://127.0.0.1.evil.example").statusCode()).isEqualTo(403);
      assertThat(get(path, "Origin", "null").statusCode()).isEqualTo(403);
      assertThat(withHost(path, "evil.example")).contains(" 403 ");
      assertThat(withHost(path, "localhost:1")).contains(" 200 ");
    }
  }

  /** The status line; the JDK's client lets nobody choose the Host header. */
  private String withHost(String path, String host) throws IOException {
    URI at = URI.create(url);
    try (Socket socket = new Socket(at.getHost(), at.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      return answer.lines().findFirst().orElse("");
    }
  }

  @Test
  void its_large_files_go_to_many_at_once_with_little_heap() throws Exception {
    agent("--hawtio");
    Matcher main = Pattern.compile("/hawtio/static/js/main[^\"]*").matcher(get("/hawtio/").body());
    assertThat(main.find()).isTrue();
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + main.group())).build();
    byte[] expected;
    try (var in = HawtioIT.class.getResourceAsStream(main.group())) {
      expected = in.readAllBytes();
    }

    List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.add(http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
    }

    for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
      assertThat(answer.get().statusCode()).isEqualTo(200);
      assertThat(answer.get().body()).isEqualTo(expected);
    }
    await().untilAsserted(() -> assertThat(residentMegabytes()).isLessThanOrEqualTo(MEGABYTES));
  }

  @Test
  void a_place_within_it_is_its_page_and_no_way_out_of_its_folder() throws Exception {
    agent("--hawtio");

    assertThat(get("/hawtio/camel/routes").body()).contains("<title>Hawtio</title>");
    assertThat(get("/hawtio/..%2fapplication.properties").body()).doesNotContain("metronome.");
    assertThat(get("/hawtio/%2e%2e/application.properties").body()).doesNotContain("metronome.");
    assertThat(get("/hawtio/jolokia-access.xml").body()).contains("<title>Hawtio</title>");
  }
}
