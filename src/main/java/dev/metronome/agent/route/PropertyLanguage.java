package dev.metronome.agent.route;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.language.bean.BeanLanguage;
import org.apache.camel.language.bean.RuntimeBeanExpressionException;
import org.apache.camel.support.ExpressionAdapter;

/**
 * Camel's bean language, by which {@code ${body.isDue}} reads what a body says of itself; objects
 * of ours are asked directly. Camel makes an expression each time, finds its method by a hash of
 * all that the object holds, and calls it with a copy of the exchange: a quarter of the leader's
 * time (decision 58). Whatever is not their method without arguments is left to it. Any thread.
 */
public final class PropertyLanguage extends BeanLanguage {

  /** The name by which Camel finds it. */
  public static final String NAME = "bean-language";

  private static final String OURS = "dev.metronome.";

  private static final ClassValue<Map<String, Method>> METHODS =
      new ClassValue<>() {
        @Override
        protected Map<String, Method> computeValue(Class<?> type) {
          return type.getName().startsWith(OURS) && Modifier.isPublic(type.getModifiers())
              ? methods(type)
              : Map.of();
        }
      };

  /** Those of which there is no other of the same name. */
  private static Map<String, Method> methods(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .collect(Collectors.groupingBy(Method::getName))
        .values()
        .stream()
        .filter(named -> named.size() == 1)
        .map(named -> named.get(0))
        .filter(method -> method.getParameterCount() == 0)
        .filter(method -> method.getDeclaringClass() == type)
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .collect(Collectors.toMap(Method::getName, Function.identity()));
  }

  /** As simple calls it: an object and the name of a method, with or without a dot before it. */
  @Override
  public Expression createExpression(String expression, Object[] properties) {
    if (properties.length == 3 && properties[1] != null && properties[2] instanceof String name) {
      Object object = properties[1];
      Method method =
          METHODS.get(object.getClass()).get(name.startsWith(".") ? name.substring(1) : name);
      if (method != null) {
        return new Asked(object, method);
      }
    }
    return super.createExpression(expression, properties);
  }

  /** A method of an object. */
  private static final class Asked extends ExpressionAdapter {
    private final Object object;
    private final Method method;

    Asked(Object object, Method method) {
      this.object = object;
      this.method = method;
    }

    @Override
    public void init(CamelContext context) {} // there is nothing to look up

    @Override
    public Object evaluate(Exchange exchange) {
      try {
        return method.invoke(object);
      } catch (InvocationTargetException e) {
        throw failure(exchange, e.getCause());
      } catch (IllegalAccessException e) {
        throw failure(exchange, e);
      }
    }

    private RuntimeBeanExpressionException failure(Exchange exchange, Throwable cause) {
      return new RuntimeBeanExpressionException(
          exchange, object.getClass().getName(), method.getName(), cause);
    }
  }
}
