package dev.metronome.agent;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.http.base.HttpHeaderFilterStrategy;

/**
 * Lets nothing but a request's own headers be taken for one of them: Camel puts the parameters of
 * its query, and the fields of a form, among them under the same names.
 *
 * <p>A form's field of another name reaches the routes of others that want it, since there Camel
 * has no other place for it; never one of ours.
 *
 * <p>Nor does a sender say by a header what a component of Camel is to do. Camel keeps off those of
 * its own name only, in this version: CVE-2026-46584, CVE-2026-85312.
 */
final class RequestHeaders extends HttpHeaderFilterStrategy {

  private static final String OWN = "metronome";
  private static final List<String> ORDERS = List.of("mail.smtp", "long-running-action");

  @Override
  public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    return super.applyFilterToExternalHeaders(name, value, exchange)
        || ORDERS.stream().anyMatch(name.toLowerCase(Locale.ROOT)::startsWith)
        || (exchange.getMessage() instanceof HttpMessage message
            && isFalse(name, value, message.getRequest()));
  }

  private static boolean isFalse(String name, Object value, HttpServerRequest request) {
    return request.headers().contains(name)
        ? !request.headers().getAll(name).contains(String.valueOf(value))
        : name.toLowerCase(Locale.ROOT).startsWith(OWN);
  }
}
