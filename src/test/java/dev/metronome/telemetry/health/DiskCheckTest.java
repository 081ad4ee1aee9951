package dev.metronome.telemetry.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskCheckTest {

  @TempDir Path folder;

  private static HealthCheck.Result result(DiskCheck check) {
    check.setCamelContext(new DefaultCamelContext());
    return check.call();
  }

  @Test
  void a_folder_with_room_is_ready() {
    assertThat(result(new DiskCheck(List.of(folder), 1)).getState()).isEqualTo(State.UP);
  }

  @Test
  void a_folder_without_room_is_named_with_what_is_left() {
    HealthCheck.Result result = result(new DiskCheck(List.of(folder), Long.MAX_VALUE));

    assertThat(result.getState()).isEqualTo(State.DOWN);
    assertThat(result.getMessage().orElseThrow())
        .startsWith(folder + " has ")
        .contains(" bytes left, " + Long.MAX_VALUE + " are needed");
  }

  @Test
  void a_folder_that_is_gone_is_named() {
    HealthCheck.Result result = result(new DiskCheck(List.of(folder.resolve("gone"))));

    assertThat(result.getState()).isEqualTo(State.DOWN);
    assertThat(result.getMessage().orElseThrow()).contains(folder.resolve("gone").toString());
  }
}
