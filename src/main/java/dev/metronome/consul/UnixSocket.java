package dev.metronome.consul;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketImpl;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * A connected channel of a Unix domain socket as a socket, which the JDK has none of its own for:
 * it reads until its timeout, and an interrupt ends it.
 */
final class UnixSocket extends Socket {

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private volatile int timeoutMillis;

  UnixSocket(SocketChannel channel) throws IOException {
    super((SocketImpl) null);
    this.channel = channel;
    channel.configureBlocking(false);
    this.selector = Selector.open();
    this.key = channel.register(selector, SelectionKey.OP_READ);
  }

  private void await(int operation) throws IOException {
    long end = System.nanoTime() + timeoutMillis * 1_000_000L;
    key.interestOps(operation);
    do {
      long left = timeoutMillis == 0 ? 0 : Math.max(1, (end - System.nanoTime()) / 1_000_000);
      if (selector.select(chosen -> {}, left) > 0) {
        return;
      }
      if (Thread.currentThread().isInterrupted()) {
        close();
        throw new ClosedByInterruptException();
      }
    } while (timeoutMillis == 0 || System.nanoTime() < end);
    throw new SocketTimeoutException("Read timed out");
  }

  private int read(ByteBuffer into) throws IOException {
    int read = channel.read(into);
    while (read == 0) {
      await(SelectionKey.OP_READ);
      read = channel.read(into);
    }
    return read;
  }

  private void write(ByteBuffer from) throws IOException {
    while (from.hasRemaining()) {
      if (channel.write(from) == 0) {
        await(SelectionKey.OP_WRITE);
      }
    }
  }

  @Override
  public InputStream getInputStream() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        return length == 0 ? 0 : UnixSocket.this.read(ByteBuffer.wrap(into, from, length));
      }
    };
  }

  @Override
  public OutputStream getOutputStream() {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        UnixSocket.this.write(ByteBuffer.wrap(bytes, from, length));
      }
    };
  }

  @Override
  public synchronized void setSoTimeout(int millis) {
    timeoutMillis = millis;
  }

  @Override
  public synchronized int getSoTimeout() {
    return timeoutMillis;
  }

  @Override
  public void setSoLinger(boolean on, int seconds) {}

  @Override
  public void shutdownInput() {}

  @Override
  public void shutdownOutput() {}

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return null;
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return null;
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public synchronized void close() throws IOException {
    selector.close();
    channel.close();
  }
}
