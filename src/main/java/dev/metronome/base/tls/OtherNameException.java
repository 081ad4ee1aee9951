package dev.metronome.base.tls;

import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/** A certificate that would be trusted is for other names than the one expected; it says which. */
public final class OtherNameException extends CertificateException {

  private static final long serialVersionUID = 1L;

  OtherNameException(X509Certificate certificate, CertificateException cause) {
    super(names(certificate).toString(), cause);
  }

  private static List<String> names(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream().map(name -> String.valueOf(name.get(1))).toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }
}
