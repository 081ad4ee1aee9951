package dev.metronome.consul;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.kiwiproject.consul.ConsulException;
import org.kiwiproject.consul.monitoring.ClientEventCallback;

/** The client's own events, in our words. */
final class RequestEvents implements ClientEventCallback {

  private final List<RequestListener> listeners = new CopyOnWriteArrayList<>();

  void listen(RequestListener listener) {
    listeners.add(listener);
  }

  @Override
  public void onHttpRequestSuccess(String client, String method, String query) {
    tell(client, method, query, RequestListener.Result.OK);
  }

  @Override
  public void onHttpRequestInvalid(String client, String method, String query, Throwable answer) {
    tell(client, method, query, result(answer));
  }

  @Override
  public void onHttpRequestFailure(String client, String method, String query, Throwable why) {
    tell(client, method, query, RequestListener.Result.UNREACHABLE);
  }

  private void tell(String client, String method, String query, RequestListener.Result result) {
    String call = call(client, method, query);
    for (RequestListener listener : listeners) {
      listener.ended(call, result);
    }
  }

  /** A blocking query is a watch; what is written to the KV is a transaction. */
  private static String call(String client, String method, String query) {
    boolean blocking = query != null && query.contains("index=");
    String name = client.equals("keyvalue") ? "kv" : client;
    if (blocking) {
      return name + "-watch";
    }
    if (!name.equals("kv")) {
      return name;
    }
    return method.equals("GET") ? "kv-read" : "kv-transaction";
  }

  private static RequestListener.Result result(Throwable answer) {
    if (!(answer instanceof ConsulException failure) || !failure.hasCode()) {
      return RequestListener.Result.ERROR;
    }
    int code = failure.getCode();
    if (code == 401 || code == 403 || Calls.isDenied(String.valueOf(failure.getMessage()))) {
      return RequestListener.Result.DENIED;
    }
    return code == 409 ? RequestListener.Result.REFUSED : RequestListener.Result.ERROR;
  }
}
