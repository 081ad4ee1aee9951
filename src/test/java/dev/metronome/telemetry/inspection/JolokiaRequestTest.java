package dev.metronome.telemetry.inspection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.http.port.ErrorAnswer;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What Jolokia is not asked. */
class JolokiaRequestTest {

  private static final String LIST = "{\"type\":\"list\"}";
  private static final String READ = "{\"type\":\"read\",\"mbean\":\"a:b=c\",\"attribute\":\"D\"}";
  private static final String ALL = "{\"type\":\"READ\",\"mbean\":\"*:*\"}";

  private static int judged(String body) {
    return JolokiaRequest.objection(body.getBytes(UTF_8)).map(ErrorAnswer::status).orElse(200);
  }

  private static String bulk(int times, String request) {
    return "[" + String.join(",", Collections.nCopies(times, request)) + "]";
  }

  @Test
  void what_hawtio_asks_is_asked() {
    assertThat(judged(READ)).isEqualTo(200);
    assertThat(judged(LIST)).isEqualTo(200);
    assertThat(judged(bulk(JolokiaRequest.MOST, READ))).isEqualTo(200);
    assertThat(judged("[" + LIST + "," + READ + "]")).isEqualTo(200);
    assertThat(judged(bulk(JolokiaRequest.MOST_HEAVY, ALL))).isEqualTo(200);
  }

  @Test
  void much_at_once_is_refused() {
    assertThat(judged(bulk(2, LIST))).isEqualTo(413);
    assertThat(judged(bulk(2, "{\"type\":\"LIST\"}"))).isEqualTo(413);
    String rights = "{\"type\":\"exec\",\"mbean\":\"" + BeanRights.NAME + "\"}";
    assertThat(judged(rights)).isEqualTo(200);
    assertThat(judged(bulk(2, rights))).isEqualTo(413);
    assertThat(judged(bulk(JolokiaRequest.MOST + 1, READ))).isEqualTo(413);
    assertThat(judged(bulk(JolokiaRequest.MOST_HEAVY + 1, ALL))).isEqualTo(413);
    assertThat(judged(bulk(JolokiaRequest.MOST_HEAVY + 1, ALL.replace("*:*", "a:b=c?"))))
        .isEqualTo(413);
    assertThat(judged(bulk(JolokiaRequest.MOST_HEAVY + 1, "{\"type\":\"exec\"}"))).isEqualTo(413);
  }

  @Test
  void no_notification_is_asked_for() {
    for (String type : new String[] {"notification", "NOTIFICATION"}) {
      assertThat(judged("{\"type\":\"" + type + "\"}")).as(type).isEqualTo(403);
      assertThat(judged(bulk(3, "{\"type\":\"" + type + "\"}"))).as(type).isEqualTo(403);
    }
    assertThat(JolokiaRequest.objection("notification/open").map(ErrorAnswer::status))
        .hasValue(403);
    assertThat(JolokiaRequest.objection("read/a:b=c/D")).isEqualTo(Optional.empty());
    assertThat(JolokiaRequest.objection("")).isEqualTo(Optional.empty());
  }

  @Test
  void what_is_no_request_is_refused_before_jolokia_reads_it() {
    assertThat(judged("[".repeat(10_000))).isEqualTo(400);
    assertThat(judged("{\"type\":\"read\",\"x\":" + "[".repeat(30) + "]".repeat(30) + "}"))
        .isEqualTo(400);
    assertThat(judged("")).isEqualTo(400);
    assertThat(judged("5")).isEqualTo(400);
    assertThat(judged("[5]")).isEqualTo(400);
    assertThat(judged("[" + bulk(1, LIST) + "]")).isEqualTo(400);
  }
}
