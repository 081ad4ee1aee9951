package dev.metronome.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP and SIGTERM, which would end the process otherwise, and not with exit code 0.
 *
 * <p>The JDK's only door to signals is {@code sun.misc.Signal} of its supported module
 * jdk.unsupported. It is reached by name, since the compiler's warning about it cannot be silenced.
 */
final class Signals {

  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /**
   * From now on the signal calls this, each time on a thread of its own. Under {@code nohup} SIGHUP
   * stays ignored; where one cannot be caught, a line says so.
   *
   * @param name without SIG
   */
  static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object call =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), call);
    } catch (ReflectiveOperationException e) {
      Throwable why = e instanceof InvocationTargetException ? e.getCause() : e;
      LOG.warn(
          "SIG{} cannot be caught here and would end the agent at once: {}", name, why.toString());
    }
  }
}
