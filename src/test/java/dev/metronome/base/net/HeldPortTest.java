package dev.metronome.base.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class HeldPortTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private static HeldPort any() throws IOException {
    return HeldPort.of(new InetSocketAddress(LOOPBACK, 0));
  }

  private static boolean isTaken(int port) {
    try (Socket nobody = new Socket()) { // without SO_REUSEADDR: as the system gives ports away
      nobody.setReuseAddress(false);
      nobody.bind(new InetSocketAddress(LOOPBACK, port));
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void it_is_nobody_else_s_until_it_is_let_go_and_whoever_connects_is_refused() throws Exception {
    try (HeldPort held = any()) {
      assertThat(isTaken(held.number())).isTrue();
      assertThatThrownBy(() -> new Socket(LOOPBACK, held.number()).close())
          .isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void who_names_it_listens_there_and_goes_on_when_it_is_let_go() throws Exception {
    HeldPort held = any();
    try (ServerSocket server = new ServerSocket(held.number(), 1, LOOPBACK)) {
      new Socket(LOOPBACK, held.number()).close();
      held.close();
      new Socket(LOOPBACK, held.number()).close();
      assertThat(isTaken(held.number())).isTrue();
      assertThat(server.isClosed()).isFalse();
    }
  }

  @Test
  void where_somebody_listens_nothing_can_be_held() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
      InetSocketAddress taken = new InetSocketAddress(LOOPBACK, server.getLocalPort());
      assertThatThrownBy(() -> HeldPort.of(taken)).isInstanceOf(IOException.class);
    }
  }
}
