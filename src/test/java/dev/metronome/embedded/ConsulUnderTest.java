package dev.metronome.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;

/** The Consul that a contract is held against: three nodes, each with a client agent. */
interface ConsulUnderTest {
  String ALPHA = "alpha";
  String BETA = "beta";

  /** The node that a test may let fail. */
  String DOOMED = "doomed";

  ConsulHttp agent(String node);

  /** What it is to behave like. */
  Profile profile();

  /** A refusal, whose very status and text are those of 1.8; others may put it in other words. */
  default void assertRefused(ConsulHttp.Response response, int status, String text) {
    assertThat(response.status()).as(response.text()).isBetween(400, 599);
    if (profile() == Profile.CONSUL_1_8) {
      assertThat(response.status()).isEqualTo(status);
      assertThat(response.text()).contains(text);
    }
  }

  void fail(String node);

  void recover(String node);

  /** Lets time pass, for TTLs. */
  void elapse(Duration time);

  default ConsulHttp consul() {
    return agent(ALPHA);
  }

  /** A name that no other test uses and that shares no beginning with any other. */
  static String unique() {
    return UUID.randomUUID().toString();
  }

  static String key() {
    return "/v1/kv/" + unique();
  }
}
