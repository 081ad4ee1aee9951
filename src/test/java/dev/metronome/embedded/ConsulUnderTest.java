package dev.metronome.embedded;

import java.time.Duration;
import java.util.UUID;

/** The Consul that a contract is held against: three nodes, each with a client agent. */
interface ConsulUnderTest {
  String ALPHA = "alpha";
  String BETA = "beta";

  /** The node that a test may let fail. */
  String DOOMED = "doomed";

  ConsulHttp agent(String node);

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
