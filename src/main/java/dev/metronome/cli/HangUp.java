package dev.metronome.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, which would end the process otherwise.
 *
 * <p>The JDK's only door to signals is {@code sun.misc.Signal} of its supported module
 * jdk.unsupported. It is reached by name, since the compiler's warning about it cannot be silenced.
 */
final class HangUp {

  private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

  private HangUp() {}

  /**
   * From now on the signal calls this, each time on a thread of its own. Under {@code nohup} it
   * stays ignored; where it cannot be caught, a line says that it ends the process.
   */
  static void does(Runnable action) {
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
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), call);
    } catch (ReflectiveOperationException e) {
      Throwable why = e instanceof InvocationTargetException ? e.getCause() : e;
      LOG.warn("SIGHUP cannot be caught here and would end the agent: {}", why.toString());
    }
  }
}
