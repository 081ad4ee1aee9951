package dev.metronome.embedded;

import java.io.IOException;

/** What answers the requests to one path. */
@FunctionalInterface
interface Endpoint {
  /**
   * Answers a request, waiting if it asks for that.
   *
   * @throws RefusedRequest if there is no other answer than an error
   * @throws IOException if the client's body cannot be read
   */
  Reply answer(HttpRequest request) throws IOException, InterruptedException;
}
