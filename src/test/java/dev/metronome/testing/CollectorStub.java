package dev.metronome.testing;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A collector of traces: takes what comes by OTLP over HTTP, and remembers it. What is sent again,
 * since its answer was late, counts once.
 */
public final class CollectorStub implements AutoCloseable {

  private final HttpServer server;
  private final Set<ByteString> bodies = ConcurrentHashMap.newKeySet();
  private final List<Seen> spans = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();

  /** A span as it arrived; attributes as text. */
  public record Seen(
      String trace,
      String id,
      String parent,
      String name,
      String kind,
      String status,
      long nanos,
      Map<String, String> attributes,
      Map<String, String> resource) {}

  private CollectorStub(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  public static CollectorStub start() throws IOException {
    return new CollectorStub(0);
  }

  /** At a port that the caller holds. */
  public static CollectorStub start(int port) throws IOException {
    return new CollectorStub(port);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  public List<Seen> spans() {
    return List.copyOf(spans);
  }

  /** Those of that name. */
  public List<Seen> spans(String name) {
    return spans.stream().filter(span -> span.name().equals(name)).toList();
  }

  /** What came in the header Authorization. */
  public List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  private void take(HttpExchange exchange) throws IOException {
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    ByteString body = ByteString.readFrom(exchange.getRequestBody());
    if (bodies.add(body)) {
      remember(ExportTraceServiceRequest.parseFrom(body));
    }
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  private void remember(ExportTraceServiceRequest request) {
    for (ResourceSpans one : request.getResourceSpansList()) {
      Map<String, String> resource = text(one.getResource().getAttributesList());
      one.getScopeSpansList().stream()
          .flatMap(scope -> scope.getSpansList().stream())
          .forEach(span -> spans.add(seen(span, resource)));
    }
  }

  private static Seen seen(Span span, Map<String, String> resource) {
    HexFormat hex = HexFormat.of();
    return new Seen(
        hex.formatHex(span.getTraceId().toByteArray()),
        hex.formatHex(span.getSpanId().toByteArray()),
        hex.formatHex(span.getParentSpanId().toByteArray()),
        span.getName(),
        span.getKind().name().replace("SPAN_KIND_", ""),
        span.getStatus().getCode().name().replace("STATUS_CODE_", "")
            + (span.getStatus().getMessage().isEmpty() ? "" : " " + span.getStatus().getMessage()),
        span.getEndTimeUnixNano() - span.getStartTimeUnixNano(),
        text(span.getAttributesList()),
        resource);
  }

  private static Map<String, String> text(List<KeyValue> attributes) {
    Map<String, String> text = new TreeMap<>();
    for (KeyValue attribute : attributes) {
      text.put(
          attribute.getKey(),
          attribute.getValue().hasStringValue()
              ? attribute.getValue().getStringValue()
              : attribute.getValue().toString().replaceAll("^.*: |\\s+$", ""));
    }
    return text;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
