package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestHeadersTest {

  @ParameterizedTest
  @CsvSource({
    "CamelHttpUri, true",
    "cAMELFileName, true",
    "mail.smtp.host, true",
    "Mail.SMTPS.ssl.trust, true",
    "Long-Running-Action, true",
    "X-Mail, false",
    "Content-Language, false",
  })
  void no_header_tells_a_component_what_to_do(String name, boolean isKeptOff) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    assertThat(new RequestHeaders().applyFilterToExternalHeaders(name, "x", exchange))
        .isEqualTo(isKeptOff);
  }
}
