package dev.metronome.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom an agent lets in on its port, where nobody needs a password. */
class PortRoutesTest {

  private static final List<String> PLACES =
      List.of("/v1/status", "/v1/nothing", "/metrics", "/hawtio/", "/");

  @TempDir static Path folder;
  @AutoClose private static LoneAgent agent;

  @BeforeAll
  static void start() throws Exception {
    agent = LoneAgent.start(new AgentCluster(folder).pattern(AgentCluster.NOTHING));
  }

  /** The answer as it came; the JDK's client lets nobody choose the Host header. */
  private static String ask(String method, String path, String host, String... headers)
      throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), agent.port())) {
      String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
      String request =
          "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: 0\r\n%s\r\n"
              .formatted(method, path, host, more);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  private static String own() {
    return "127.0.0.1:" + agent.port();
  }

  @Test
  void a_site_that_has_its_name_point_here_gets_nothing() throws Exception {
    for (String path : PLACES) {
      for (String host : List.of("evil.example", "127.0.0.1.evil.example", "10.0.0.1", "")) {
        assertThat(ask("GET", path, host)).as("%s for %s", path, host).contains(" 403 ");
      }
    }
    assertThat(ask("GET", "/v1/status", "localhost:1")).contains(" 200 ");
    assertThat(ask("GET", "/v1/status", "[::1]")).contains(" 200 ");
  }

  @Test
  void another_site_gets_nothing() throws Exception {
    for (String path : PLACES) {
      for (String origin :
          List.of("http://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.x")) {
        assertThat(ask("GET", path, own(), "Origin: " + origin)).as(origin).contains(" 403 ");
      }
      for (String site : List.of("cross-site", "same-site")) {
        assertThat(ask("GET", path, own(), "Sec-Fetch-Site: " + site)).contains(" 403 ");
        assertThat(ask("POST", path, own(), "Sec-Fetch-Site: " + site, "Sec-Fetch-Mode: navigate"))
            .contains(" 403 ");
      }
    }
  }

  @Test
  void the_own_page_and_tools_are_let_in() throws Exception {
    assertThat(ask("GET", "/v1/status", own(), "Origin: http://" + own())).contains(" 200 ");
    for (String site : List.of("same-origin", "none")) {
      assertThat(ask("GET", "/v1/status", own(), "Sec-Fetch-Site: " + site)).contains(" 200 ");
    }
  }

  @Test
  void a_link_elsewhere_may_lead_to_the_page_but_not_into_the_api() throws Exception {
    String[] followed = {
      "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"
    };
    assertThat(ask("GET", "/", own(), followed)).doesNotContain(" 403 ");
    assertThat(ask("GET", "/v1/status", own(), followed)).contains(" 403 ");
  }

  @Test
  void whoever_asks_for_our_health_is_told() throws Exception {
    assertThat(ask("GET", "/health/live", "evil.example")).contains(" 200 ");
    assertThat(ask("GET", "/health/../v1/status", "evil.example")).contains(" 403 ");
    assertThat(ask("GET", "/health/..%2Fv1/status", "evil.example")).doesNotContain("Leader");
  }
}
