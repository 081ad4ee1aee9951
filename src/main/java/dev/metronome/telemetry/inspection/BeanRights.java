package dev.metronome.telemetry.inspection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.jolokia.server.core.service.api.Restrictor;

/**
 * All managed beans with what a browser may do with each, in the form in which Hawtio asks for it
 * before it takes Jolokia's own list: it shows the rest inactive. What may be done says the policy
 * by which Jolokia answers.
 */
@ManagedResource(description = "What may be done with managed beans from a browser")
public final class BeanRights {

  /** Under which name Hawtio looks for it. */
  static final String NAME = "hawtio:type=security,name=RBACRegistry";

  private static final int DOMAIN_AND_KEYS = 2;

  private final MBeanServer beans;
  private final Restrictor policy;

  BeanRights(MBeanServer beans, Restrictor policy) {
    this.beans = beans;
    this.policy = policy;
  }

  /** All of them, by domain and key properties. */
  @ManagedOperation(description = "All managed beans, with what may be done with each")
  public Map<String, Map<String, Object>> list() {
    Map<String, Map<String, Object>> domains = new TreeMap<>();
    for (ObjectName name : beans.queryNames(null, null)) {
      if (!policy.isObjectNameHidden(name)) {
        bean(name)
            .ifPresent(
                bean ->
                    domains
                        .computeIfAbsent(name.getDomain(), domain -> new TreeMap<>())
                        .put(name.getKeyPropertyListString(), bean));
      }
    }
    return domains;
  }

  /** Those of a domain by their key properties, or one of them. */
  @ManagedOperation(description = "Those of DOMAIN, or the one of DOMAIN/KEYS")
  public Object list(String path) {
    String[] parts = path.split("/", DOMAIN_AND_KEYS);
    Map<String, Object> domain = list().getOrDefault(parts[0], Map.of());
    return parts.length < DOMAIN_AND_KEYS ? domain : domain.getOrDefault(parts[1], Map.of());
  }

  /** Empty if it has gone meanwhile. */
  private Optional<Map<String, Object>> bean(ObjectName name) {
    try {
      MBeanInfo info = beans.getMBeanInfo(name);
      return Optional.of(
          Map.of(
              "class", info.getClassName(),
              "desc", text(info.getDescription()),
              "attr", attributes(name, info),
              "op", operations(name, info),
              "opByString", rights(name, info)));
    } catch (JMException e) {
      return Optional.empty();
    }
  }

  private Map<String, Object> attributes(ObjectName name, MBeanInfo info) {
    Map<String, Object> all = new TreeMap<>();
    for (MBeanAttributeInfo each : info.getAttributes()) {
      boolean written = each.isWritable() && policy.isAttributeWriteAllowed(name, each.getName());
      all.put(
          each.getName(),
          Map.of("type", text(each.getType()), "desc", text(each.getDescription()), "rw", written));
    }
    return all;
  }

  /** One of a name as such, several as a list. */
  private Map<String, Object> operations(ObjectName name, MBeanInfo info) {
    Map<String, List<Object>> all = new TreeMap<>();
    for (MBeanOperationInfo each : info.getOperations()) {
      all.computeIfAbsent(each.getName(), any -> new ArrayList<>()).add(operation(name, each));
    }
    Map<String, Object> shown = new HashMap<>();
    all.forEach((any, alike) -> shown.put(any, alike.size() == 1 ? alike.get(0) : alike));
    return shown;
  }

  private Map<String, Object> operation(ObjectName bean, MBeanOperationInfo info) {
    List<Map<String, String>> arguments =
        Stream.of(info.getSignature())
            .map(
                each ->
                    Map.of(
                        "name", text(each.getName()),
                        "type", text(each.getType()),
                        "desc", text(each.getDescription())))
            .toList();
    return Map.of(
        "args", arguments,
        "ret", text(info.getReturnType()),
        "desc", text(info.getDescription()),
        "canInvoke", mayInvoke(bean, info));
  }

  /** By what tells operations of one name apart. */
  private Map<String, Object> rights(ObjectName bean, MBeanInfo info) {
    Map<String, Object> all = new TreeMap<>();
    for (MBeanOperationInfo each : info.getOperations()) {
      all.put(signature(each), Map.of("canInvoke", mayInvoke(bean, each)));
    }
    return all;
  }

  private boolean mayInvoke(ObjectName bean, MBeanOperationInfo operation) {
    return policy.isOperationAllowed(bean, operation.getName());
  }

  private static String signature(MBeanOperationInfo operation) {
    return Stream.of(operation.getSignature())
        .map(MBeanParameterInfo::getType)
        .collect(Collectors.joining(",", operation.getName() + "(", ")"));
  }

  private static String text(String text) {
    return text == null ? "" : text;
  }
}
