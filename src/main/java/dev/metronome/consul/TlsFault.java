package dev.metronome.consul;

import dev.metronome.base.tls.OtherNameException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** What is wrong between us and Consul's TLS, and what to do about it, in a sentence. */
final class TlsFault {

  private static final Pattern NAMES = Pattern.compile("subjectAltNames: (\\[[^\\]]*])");
  private static final Pattern ALERT = Pattern.compile("fatal alert: (\\w+)");

  private TlsFault() {}

  /** Empty if it is no matter of TLS. */
  static Optional<String> of(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause() == e ? null : e.getCause()) {
      Optional<String> fault = named(e);
      if (fault.isPresent()) {
        return fault;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> named(Throwable e) {
    String text = String.valueOf(e.getMessage());
    if (e instanceof SSLPeerUnverifiedException) { // as the client of endpoints says it
      Matcher names = NAMES.matcher(text);
      return Optional.of(otherName(names.find() ? names.group(1) : "which it does not say"));
    }
    if (e instanceof SSLException && text.contains("unrecognized SSL message")) {
      return Optional.of(
          "it does not speak TLS at this port; give its https port, or set protocol to http");
    }
    if (e instanceof SSLException) {
      Matcher alert = ALERT.matcher(text);
      return alert.find() ? Optional.of(alerted(alert.group(1))) : certificate(e);
    }
    return Optional.empty();
  }

  private static String otherName(String names) {
    return "its certificate is for other names than the one expected, "
        + names
        + "; connect by one of them, or set tls-server-name (CONSUL_TLS_SERVER_NAME) to one";
  }

  private static String alerted(String alert) {
    String said = alert.toLowerCase(Locale.ROOT);
    return switch (said) {
      case "bad_certificate", "certificate_required", "handshake_failure" ->
          "it asks for a client certificate ("
              + said
              + "); give one that its authority has signed by client-cert and client-key"
              + " (CONSUL_CLIENT_CERT, CONSUL_CLIENT_KEY)";
      case "unknown_ca", "certificate_unknown", "certificate_expired", "certificate_revoked" ->
          "it does not take our client certificate ("
              + said
              + "); give one by client-cert and client-key that is valid and of its authority";
      default -> "TLS failed, it says " + said;
    };
  }

  /** The reason stands below the failure of the handshake. */
  private static Optional<String> certificate(Throwable handshake) {
    for (Throwable e = handshake; e != null; e = e.getCause() == e ? null : e.getCause()) {
      if (e instanceof OtherNameException) {
        return Optional.of(otherName(String.valueOf(e.getMessage())));
      }
      if (e instanceof CertificateExpiredException) {
        return Optional.of(
            "its certificate has expired ("
                + e.getMessage()
                + "); renew it on Consul's node and have Consul reload it");
      }
      if (e instanceof CertificateNotYetValidException) {
        return Optional.of(
            "its certificate is not valid yet ("
                + e.getMessage()
                + "); compare the clocks of this node and of who made it");
      }
      if (e instanceof CertPathBuilderException) {
        return Optional.of(
            "its certificate is of an authority that is not trusted here; give the authority's PEM"
                + " file by ca-cert (CONSUL_CACERT)");
      }
    }
    return Optional.empty();
  }
}
