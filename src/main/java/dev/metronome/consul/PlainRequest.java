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

  private final Credentials credentials;

  record Answer(int status, String text) {}

  PlainRequest(Credentials credentials) {
    this.credentials = credentials;
  }

  Answer post(String path, byte[] body) throws IOException {
    ConsulSettings settings = credentials.settings();
    Request.Builder request =
        new Request.Builder().url(settings.url() + path).post(RequestBody.create(body, JSON));
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
    OkHttpClient.Builder client =
        new OkHttpClient.Builder()
            .callTimeout(PATIENCE)
            .addInterceptor(new TokenInterceptor(credentials));
    if (credentials.settings().https()) {
      credentials.tls().configure(client);
    }
    return client.build();
  }
}
