package dev.metronome.http.port;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.transport.Transport;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The JDK's sockets, of which each that a server accepts is shown to the limiter before anything is
 * read from it: Vert.x tells of a connection only once it has shaken hands.
 */
final class CountedTransport implements Transport {

  private final ConnectionLimiter limiter;

  CountedTransport(ConnectionLimiter limiter) {
    this.limiter = limiter;
  }

  @Override
  public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
    JDKTransport.INSTANCE.configure(options, domainSocket, bootstrap);
    bootstrap.handler(new Counter(limiter));
  }

  @Override
  public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
    return JDKTransport.INSTANCE.eventLoopGroup(type, threads, factory, ioRatio);
  }

  @Override
  public DatagramChannel datagramChannel() {
    return JDKTransport.INSTANCE.datagramChannel();
  }

  @Override
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return JDKTransport.INSTANCE.datagramChannel(family);
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    return JDKTransport.INSTANCE.channelFactory(domainSocket);
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return JDKTransport.INSTANCE.serverChannelFactory(domainSocket);
  }

  @Sharable
  @SuppressWarnings("FutureReturnValueIgnored") // nothing follows from its being done
  private static final class Counter extends ChannelInboundHandlerAdapter {
    private final ConnectionLimiter limiter;

    Counter(ConnectionLimiter limiter) {
      this.limiter = limiter;
    }

    @Override
    public void channelRead(ChannelHandlerContext server, Object accepted) {
      limiter.admit((Channel) accepted);
      server.fireChannelRead(accepted);
      if (!limiter.mayHurry()) {
        server.channel().config().setAutoRead(false); // the next wait with the system meanwhile
        server
            .executor()
            .schedule(
                () -> server.channel().config().setAutoRead(true),
                ConnectionLimiter.GRACE.toMillis() / 2,
                TimeUnit.MILLISECONDS);
      }
    }
  }
}
