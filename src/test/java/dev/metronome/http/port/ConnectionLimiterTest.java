package dev.metronome.http.port;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.testing.LogLines;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What connections may take, without sockets, by an adjustable clock. */
class ConnectionLimiterTest {

  private static final Bounds BOUNDS =
      new Bounds(
          3,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          100,
          150,
          200_000);

  private final AtomicLong nanos = new AtomicLong();
  private final ConnectionLimiter limiter = new ConnectionLimiter(BOUNDS, nanos::get);

  /** A visitor, and what of it has got as far as whoever answers. */
  @SuppressWarnings("FutureReturnValueIgnored") // what is sent is read, or held on purpose
  private final class Visitor {
    final List<String> heard = new ArrayList<>();
    final List<ChannelPromise> onTheirWay = new ArrayList<>();
    final EmbeddedChannel channel = new EmbeddedChannel();

    Visitor() {
      limiter.admit(channel);
      channel.pipeline().addLast(new HttpServerCodec(), channel.attr(PortConnection.KEY).get());
      channel
          .pipeline()
          .addLast(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                  if (message instanceof HttpRequest request) {
                    heard.add(request.method() + " " + request.uri());
                  }
                  if (message instanceof HttpContent content && content.content().isReadable()) {
                    heard.add("a body");
                  }
                  ReferenceCountUtil.release(message);
                }
              });
    }

    Visitor says(String text) {
      channel.writeInbound(Unpooled.copiedBuffer(text.replace("\n", "\r\n"), US_ASCII));
      return this;
    }

    Visitor asks() {
      return says("GET / HTTP/1.1\nHost: x\n\n");
    }

    Visitor posts(int length, String body) {
      return says("POST /p HTTP/1.1\nHost: x\nContent-Length: " + length + "\n\n" + body);
    }

    Visitor isAnswered(int bytes) {
      ByteBuf body = Unpooled.wrappedBuffer(new byte[bytes]);
      DefaultFullHttpResponse answer =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
      HttpUtil.setContentLength(answer, bytes);
      channel.writeAndFlush(answer);
      return this;
    }

    Visitor isToldToGoOn() {
      channel.writeAndFlush(
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
      return this;
    }

    /** From now on nothing that is sent to it gets there. */
    Visitor takesNothing() {
      channel
          .pipeline()
          .addFirst(
              new ChannelOutboundHandlerAdapter() {
                @Override
                public void write(
                    ChannelHandlerContext context, Object message, ChannelPromise promise) {
                  ReferenceCountUtil.release(message);
                  onTheirWay.add(promise);
                }
              });
      return this;
    }

    void takesAll() {
      onTheirWay.forEach(ChannelPromise::setSuccess);
      channel.runPendingTasks();
    }

    String reads() {
      StringBuilder all = new StringBuilder();
      for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
        all.append(next.toString(US_ASCII));
        next.release();
      }
      return all.toString();
    }

    boolean isThere() {
      channel.runPendingTasks();
      return channel.isOpen();
    }
  }

  private void pass(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    limiter.sweep();
  }

  @Test
  void who_says_nothing_or_says_it_slowly_is_cut_off() {
    Visitor silent = new Visitor();
    Visitor slow = new Visitor().says("GET / HTTP/1.1\n");
    for (int i = 0; i < 9; i++) {
      slow.says("X-" + i + ": 1\n");
      pass(1);
    }
    assertThat(silent.isThere() && slow.isThere()).isTrue();

    slow.says("X-more: 1\n");
    pass(2);

    assertThat(silent.isThere()).isFalse();
    assertThat(slow.isThere()).isFalse();
    assertThat(limiter.connections()).isZero();
  }

  @Test
  void between_requests_a_connection_may_rest_but_a_begun_request_may_not() {
    Visitor resting = new Visitor().asks().isAnswered(1);
    pass(50);
    assertThat(resting.isThere()).isTrue();

    resting.says("GET ");
    pass(11);

    assertThat(resting.isThere()).isFalse();
    Visitor idle = new Visitor().asks().isAnswered(1);
    pass(61);
    assertThat(idle.isThere()).isFalse();
  }

  @Test
  void a_body_that_comes_slowly_is_cut_off_unless_it_is_we_who_do_not_read() {
    Visitor slow = new Visitor().posts(90, "x");
    Visitor held = new Visitor().posts(50, "x");
    held.channel.config().setAutoRead(false);
    for (int i = 0; i < 31; i++) {
      slow.says("x");
      pass(1);
    }

    assertThat(slow.isThere()).isFalse();
    assertThat(held.isThere()).isTrue();
    assertThat(limiter.bodies()).isEqualTo(50);
  }

  @Test
  void who_is_answered_may_wait_for_it() {
    Visitor patient = new Visitor().asks();
    pass(3_600);

    assertThat(patient.isThere()).isTrue();
    assertThat(patient.heard).containsExactly("GET /");
  }

  @Test
  void one_more_takes_the_place_of_who_has_kept_us_waiting_longest() {
    Visitor served = new Visitor().asks();
    pass(1);
    Visitor older = new Visitor();
    pass(1);
    Visitor newer = new Visitor();
    pass(1);

    Visitor check = new Visitor().asks();

    assertThat(older.isThere()).isFalse();
    assertThat(newer.isThere() && served.isThere() && check.isThere()).isTrue();
    assertThat(check.heard).containsExactly("GET /");
    assertThat(limiter.connections()).isEqualTo(3);
  }

  @Test
  void nobody_is_accepted_in_a_hurry_who_would_displace_one_that_has_only_just_come() {
    assertThat(limiter.mayHurry()).isTrue();
    new Visitor();
    new Visitor();
    Visitor third = new Visitor();
    assertThat(limiter.mayHurry()).isFalse();

    third.asks().isAnswered(1);
    assertThat(limiter.mayHurry()).isTrue(); // it rests

    third.says("GET ");
    assertThat(limiter.mayHurry()).isFalse();
    pass(1);
    assertThat(limiter.mayHurry()).isTrue();
  }

  @Test
  void even_where_all_are_served_one_more_is_let_in() {
    Visitor first = new Visitor().asks();
    pass(1);
    new Visitor().asks();
    new Visitor().asks();

    assertThat(new Visitor().asks().heard).hasSize(1);
    assertThat(first.isThere()).isFalse();
    assertThat(limiter.connections()).isEqualTo(3);
  }

  @Test
  void bodies_together_have_a_bound_which_is_free_again_with_the_answer() {
    Visitor first = new Visitor().posts(90, "x".repeat(90));
    Visitor second = new Visitor().posts(90, "");

    assertThat(second.reads())
        .contains(" 503 ")
        .contains("Retry-After: 2")
        .contains("connection: close");
    assertThat(second.heard).isEmpty();
    assertThat(limiter.bodies()).isEqualTo(90);

    first.isAnswered(1);

    assertThat(limiter.bodies()).isZero();
    assertThat(new Visitor().posts(90, "").heard).hasSize(1);
  }

  @Test
  void who_is_refused_is_heard_out_for_two_seconds_and_no_further() {
    Visitor refused = new Visitor().posts(101, "x");
    assertThat(refused.reads()).contains(" 413 ").contains("\"Error\"");
    refused.says("x".repeat(99));
    pass(3);
    assertThat(refused.isThere()).isFalse();
  }

  @Test
  void a_body_of_unknown_length_counts_as_it_comes() {
    new Visitor().posts(90, "");
    Visitor chunked =
        new Visitor().says("POST /p HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n");
    chunked.says("28\n" + "x".repeat(40) + "\n");
    assertThat(chunked.reads()).isEmpty();
    assertThat(limiter.bodies()).isEqualTo(130);

    chunked.says("28\n" + "x".repeat(40) + "\n");

    assertThat(chunked.reads()).contains(" 503 ");
    chunked.isAnswered(1);
    assertThat(chunked.reads()).as("it has its answer").isEmpty();
    pass(3);
    assertThat(chunked.isThere()).isFalse();
    assertThat(limiter.bodies()).isEqualTo(90);
  }

  @Test
  void who_only_looks_sends_no_body() {
    for (String method : List.of("GET", "HEAD", "DELETE", "OPTIONS")) {
      Visitor visitor =
          new Visitor().says(method + " /metrics HTTP/1.1\nHost: x\nContent-Length: 5\n\n");
      assertThat(visitor.reads()).as(method).contains(" 400 ");
      assertThat(visitor.heard).isEmpty();
      visitor.channel.close().syncUninterruptibly();
    }
    Visitor chunked = new Visitor().says("GET / HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n");
    assertThat(chunked.reads()).contains(" 400 ");
  }

  @Test
  void of_those_who_ask_before_they_are_answered_the_first_request_is_answered() {
    Visitor hasty = new Visitor().asks().posts(5, "hello").asks();
    assertThat(hasty.heard).containsExactly("GET /");

    hasty.isAnswered(1);

    assertThat(hasty.reads()).contains(" 200 ");
    assertThat(hasty.isThere()).isFalse();
  }

  @Test
  void an_answer_that_is_not_taken_ends_the_connection() {
    Visitor slow = new Visitor().takesNothing().asks().isAnswered(10);
    pass(59);
    assertThat(slow.isThere()).isTrue();
    pass(2);
    assertThat(slow.isThere()).isFalse();
  }

  @Test
  void answers_together_have_a_bound_beyond_which_those_go_that_hold_much() {
    Visitor first = new Visitor().takesNothing().asks().isAnswered(150_000);
    assertThat(new Visitor().takesNothing().asks().isAnswered(100_000).isThere()).isFalse();
    Visitor small = new Visitor().takesNothing().asks().isAnswered(60_000);
    assertThat(first.isThere() && small.isThere()).isTrue();

    first.takesAll();
    small.takesAll();

    assertThat(new Visitor().takesNothing().asks().isAnswered(90_000).isThere()).isTrue();
  }

  @Test
  void who_was_told_to_go_on_has_not_been_answered() {
    Visitor patient = new Visitor().posts(5, "").isToldToGoOn().says("hello");
    pass(3_600);
    assertThat(patient.isThere()).isTrue();
    assertThat(patient.heard).containsExactly("POST /p", "a body");
  }

  @Test
  void each_kind_of_what_is_turned_away_is_counted_and_said_in_one_line() {
    try (LogLines log = LogLines.of(ConnectionLimiter.class)) {
      new Visitor().asks().asks();
      new Visitor().posts(101, "");
      new Visitor().posts(90, "x");
      new Visitor(); // one too many: whoever was refused goes
      pass(31);
      assertThat(log.with("port=bounded"))
          .singleElement()
          .asString()
          .startsWith("WARNING port=bounded connections=")
          .contains("crowded-out=1", "slow-head=1", "slow-body=1", "body-too-large=1")
          .contains("pipelined=1");
    }
  }

  @Test
  void what_is_turned_away_is_said_once_a_minute_with_how_many() {
    RefusalCounter refusals = new RefusalCounter(nanos::get);
    refusals.count(RefusalCounter.Reason.CROWDED);
    assertThat(refusals.due()).hasValue("crowded-out=1");

    refusals.count(RefusalCounter.Reason.CROWDED);
    refusals.count(RefusalCounter.Reason.CROWDED);
    refusals.count(RefusalCounter.Reason.BODIES);
    pass(59);
    assertThat(refusals.due()).isEmpty();
    pass(1);
    assertThat(refusals.due()).hasValue("crowded-out=2 bodies-full=1");
    pass(60);
    assertThat(refusals.due()).isEmpty();
  }
}
