package dev.metronome.consul;

import java.io.IOException;
import java.time.Duration;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** A request that the client underneath does not know, with the same token and the same TLS. */
final class PlainRequest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final MediaType JSON = MediaType.get("application/json");

  /** Of what Consul answers so much is read. */
  private static final long MOST = 1_000_000;

  private final ConsulSettings settings;

  record Answer(int status, String text) {}

  PlainRequest(ConsulSettings settings) {
    this.settings = settings;
  }

  Answer post(String path, byte[] body) throws IOException {
    Request.Builder request =
        new Request.Builder().url(settings.url() + path).post(RequestBody.create(body, JSON));
    settings.token().ifPresent(token -> request.header("X-Consul-Token", token));
    settings.namespace().ifPresent(name -> request.header("X-Consul-Namespace", name));
    OkHttpClient client = client();
    try (Response response = client.newCall(request.build()).execute()) {
      return new Answer(response.code(), response.peekBody(MOST).string());
    } finally {
      client.connectionPool().evictAll();
      client.dispatcher().executorService().shutdown();
    }
  }

  private OkHttpClient client() {
    OkHttpClient.Builder client = new OkHttpClient.Builder().callTimeout(PATIENCE);
    if (settings.https()) {
      Tls tls = Tls.of(settings);
      client.sslSocketFactory(tls.context().getSocketFactory(), tls.trust());
      tls.names().ifPresent(client::hostnameVerifier);
    }
    return client.build();
  }
}
