package dev.metronome.embedded;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract, held against the embedded Consul. */
class EmbeddedConsulTest extends ConsulContract {
  private final ShiftedClock clock = new ShiftedClock();
  private EmbeddedConsul consul;

  @BeforeAll
  void start() {
    consul = EmbeddedConsul.start(clock);
    consul.agent(ALPHA);
    consul.agent(BETA);
    consul.agent(DOOMED);
  }

  @AfterAll
  void close() {
    consul.close();
  }

  @Override
  public ConsulHttp agent(String node) {
    return new ConsulHttp(consul.agent(node));
  }

  @Override
  public Profile profile() {
    return consul.profile();
  }

  @Override
  public void fail(String node) {
    consul.fail(node);
  }

  @Override
  public void recover(String node) {
    consul.recover(node);
  }

  @Override
  public void elapse(Duration time) {
    clock.shift(time);
  }
}
