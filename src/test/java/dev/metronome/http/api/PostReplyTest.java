package dev.metronome.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.testing.Records;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/** What somebody is told who posted an event that could not be taken. */
class PostReplyTest {

  private static String refused(Exception why) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    PostReply.offer(exchange, List.of(Records.event("e1")));
    exchange.setProperty(Exchange.EXCEPTION_CAUGHT, why);
    new PostReply().refuse(exchange);
    assertThat(exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(503);
    return exchange.getMessage().getBody(String.class);
  }

  @Test
  void where_nobody_took_the_request_the_event_was_not_accepted() {
    for (Exception certain :
        List.of(
            new ConsulUnavailableException("it refused", new ConnectException("refused")),
            new ConsulUnavailableException("HTTP 500: No cluster leader", null))) {
      assertThat(refused(certain)).contains("the event was not accepted").doesNotContain("e1");
    }
  }

  @Test
  void where_the_answer_was_lost_that_is_not_known() {
    assertThat(refused(new ConsulUnavailableException("too late", new SocketTimeoutException("t"))))
        .contains("whether the event was accepted is not known", "\"e1\"");
  }
}
