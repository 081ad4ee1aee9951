package dev.metronome.http.port;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Set;

/**
 * One connection: how far its request is, and since when. It stands between the decoder of HTTP and
 * whoever answers.
 *
 * <p>Changed by the connection's own event loop only; {@link #stage}, {@link #waited} and {@link
 * #leave} are for any thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of closing and writing nothing follows for us
final class PortConnection extends ChannelDuplexHandler {

  static final AttributeKey<PortConnection> KEY =
      AttributeKey.valueOf(PortConnection.class, "connection");

  /** In the order in which they go when there are too many. */
  enum Stage {
    /** Has been told that it asks too much, and has not gone yet. */
    REFUSED,
    /** Between two requests. */
    IDLE,
    /** A request has not come in as far as its body. */
    HEAD,
    BODY,
    /** We are at it, not the visitor. */
    ANSWER
  }

  private static final Set<HttpMethod> WITH_BODY =
      Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

  /** What the system buffers of an answer may be slow to go without being anybody's fault. */
  private static final long SMALL = 1 << 16;

  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final ConnectionLimiter limiter;
  private final Channel channel;
  private volatile Stage stage = Stage.HEAD;
  private volatile long since;
  private boolean answered;
  private boolean last;
  private boolean announced;
  private boolean overtaken;
  private long reserved;
  private long pending;

  PortConnection(ConnectionLimiter limiter, Channel channel) {
    this.limiter = limiter;
    this.channel = channel;
    this.since = limiter.nanos();
  }

  Stage stage() {
    return stage;
  }

  long waited(long now) {
    return now - since;
  }

  private void turn(Stage to) {
    stage = to;
    since = limiter.nanos();
  }

  /** Cuts it off. */
  void leave(RefusalCounter.Reason why) {
    limiter.count(why);
    channel.close();
  }

  /** What stands before everything else, and sees bytes. */
  ChannelHandler arrival() {
    return new Arrival();
  }

  /** The first byte of a request begins its time; the end of the connection ends it all. */
  private final class Arrival extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      if (stage == Stage.IDLE) {
        turn(Stage.HEAD);
      }
      context.fireChannelRead(bytes);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      gone();
      context.fireChannelInactive();
    }
  }

  private void gone() {
    limiter.left(this);
    limiter.release(reserved);
    reserved = 0;
  }

  /** Closes it if it has taken too long. */
  void look(long now) {
    Bounds bounds = limiter.bounds();
    switch (stage) {
      case IDLE -> {
        if (waited(now) > bounds.idle().toNanos()) {
          channel.close();
        }
      }
      case HEAD -> endAfter(bounds.head(), now, RefusalCounter.Reason.SLOW_HEAD);
      case BODY -> {
        if (channel.config().isAutoRead()) {
          endAfter(bounds.body(), now, RefusalCounter.Reason.SLOW_BODY);
        } else {
          since = now; // it is we who do not read
        }
      }
      case ANSWER -> {
        if (last) {
          endAfter(bounds.taking(), now, RefusalCounter.Reason.NOT_TAKEN);
        }
      }
      case REFUSED -> {
        if (waited(now) > FAREWELL.toNanos()) {
          channel.close();
        }
      }
    }
  }

  private void endAfter(Duration most, long now, RefusalCounter.Reason why) {
    if (waited(now) > most.toNanos()) {
      leave(why);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    boolean goesOn = stage != Stage.REFUSED;
    if (goesOn && message instanceof HttpRequest request) {
      goesOn = begins(context, request);
    }
    if (goesOn && message instanceof HttpContent content) {
      goesOn = comes(context, content);
    }
    if (goesOn) {
      context.fireChannelRead(message);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private boolean begins(ChannelHandlerContext context, HttpRequest request) {
    if (stage == Stage.ANSWER || stage == Stage.BODY) {
      return overtakes(context);
    }
    turn(Stage.BODY);
    answered = false;
    last = false;
    announced = false;
    if (request.decoderResult().isFailure()) {
      return true; // whoever answers says so
    }
    long length = HttpUtil.getContentLength(request, 0L);
    boolean unknown = HttpUtil.isTransferEncodingChunked(request);
    if ((length > 0 || unknown) && !WITH_BODY.contains(request.method())) {
      return refuse(
          context,
          RefusalCounter.Reason.NO_BODY,
          new ErrorAnswer(
              400, "a " + request.method() + " has no body here", "send it without one"));
    }
    announced = !unknown;
    return announced ? mayCome(context, length) : true;
  }

  /** Of one that asks before it is answered the next request is not read; it may ask it again. */
  private boolean overtakes(ChannelHandlerContext context) {
    if (!overtaken) {
      limiter.count(RefusalCounter.Reason.PIPELINED);
    }
    overtaken = true;
    context.channel().config().setAutoRead(false);
    return false;
  }

  private boolean comes(ChannelHandlerContext context, HttpContent content) {
    if (overtaken) {
      return false;
    }
    if (!announced && !mayCome(context, content.content().readableBytes())) {
      return false;
    }
    if (content instanceof LastHttpContent) {
      turn(Stage.ANSWER);
      if (answered) {
        complete();
      }
    }
    return true;
  }

  private boolean mayCome(ChannelHandlerContext context, long bytes) {
    if (reserved + bytes > limiter.bounds().largest()) {
      return refuse(
          context,
          RefusalCounter.Reason.TOO_LARGE,
          new ErrorAnswer(413, "the body is too large; nothing was done", "1 MiB is the most"));
    }
    if (!limiter.reserve(bytes)) {
      return refuse(
          context,
          RefusalCounter.Reason.BODIES,
          ErrorAnswer.busy("too many bodies are on their way", "send it again in some seconds", 2));
    }
    reserved += bytes;
    return true;
  }

  private boolean refuse(
      ChannelHandlerContext context, RefusalCounter.Reason why, ErrorAnswer refusal) {
    limiter.count(why);
    turn(Stage.REFUSED);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(refusal.status()),
            Unpooled.wrappedBuffer(refusal.body().getBytes()));
    refusal.headers().forEach((name, value) -> response.headers().set(name, value));
    HttpUtil.setContentLength(response, response.content().readableBytes());
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    context.writeAndFlush(response).addListener(sent -> farewell(context));
    return false;
  }

  /** What it still sends is read for a moment, or it would not get to read our answer. */
  private static void farewell(ChannelHandlerContext context) {
    if (context.channel() instanceof SocketChannel socket
        && context.pipeline().get(SslHandler.class) == null) {
      socket.shutdownOutput();
    }
    context.channel().config().setAutoRead(true);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (stage == Stage.REFUSED) { // it has its answer
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    ChannelPromise gone = promise.unvoid();
    long size = size(message);
    boolean room = limiter.answering(size);
    pending += size;
    gone.addListener(
        sent -> {
          pending -= size;
          limiter.answering(-size);
        });
    if (message instanceof LastHttpContent && !isInterim(message)) {
      last = true;
      since = limiter.nanos();
      gone.addListener(sent -> finished());
    }
    context.write(message, gone);
    if (!room && pending > SMALL) {
      leave(RefusalCounter.Reason.NOT_TAKEN);
    }
  }

  private static boolean isInterim(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
  }

  private static long size(Object message) {
    if (message instanceof ByteBufHolder holder) {
      return holder.content().readableBytes();
    }
    return message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
  }

  private void finished() {
    answered = true;
    if (stage == Stage.ANSWER) {
      complete();
    }
  }

  private void complete() {
    limiter.release(reserved);
    reserved = 0;
    turn(Stage.IDLE);
    if (overtaken) {
      channel.close();
    }
  }
}
