package dev.metronome.base.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * What a server or a client shows of itself, which can be replaced while it is in use. Thread-safe.
 *
 * <p><em>Guarantees</em>: who begins a handshake is shown the newest, as a whole; a handshake that
 * has begun ends with what it began with, if no more than one has been put since.
 */
public final class RenewableIdentity extends X509ExtendedKeyManager {

  /** One of those that were put. */
  private record Shown(String alias, PemIdentity identity, X509ExtendedKeyManager keys) {}

  private volatile List<Shown> newestFirst = List.of();
  private int put;

  /**
   * @throws TlsMaterialException if this JVM cannot use it
   */
  public RenewableIdentity(PemIdentity first) {
    newestFirst = List.of(shown(first));
  }

  /**
   * Shown from now on.
   *
   * @throws TlsMaterialException if this JVM cannot use it; the one before stays
   */
  public synchronized void put(PemIdentity identity) {
    newestFirst = List.of(shown(identity), newestFirst.get(0));
  }

  /** The newest. */
  public PemIdentity newest() {
    return newestFirst.get(0).identity();
  }

  /** The certificates of those who may be shown in a handshake now: one or two. */
  public List<X509Certificate> certificates() {
    return newestFirst.stream().map(it -> it.identity().chain().get(0)).toList();
  }

  private Shown shown(PemIdentity identity) {
    try {
      put++;
      X509ExtendedKeyManager keys =
          Stream.of(identity.managers())
              .filter(X509ExtendedKeyManager.class::isInstance)
              .map(X509ExtendedKeyManager.class::cast)
              .findFirst()
              .orElseThrow();
      return new Shown("own-" + put, identity, keys);
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsMaterialException("TLS cannot use it: " + e.getMessage(), e);
    }
  }

  private Optional<PemIdentity> named(String alias) {
    return newestFirst.stream()
        .filter(it -> it.alias().equals(alias))
        .map(Shown::identity)
        .findFirst();
  }

  @Override
  public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
    Shown now = newestFirst.get(0);
    return now.keys().chooseEngineServerAlias(type, issuers, engine) == null ? null : now.alias();
  }

  @Override
  public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
    Shown now = newestFirst.get(0);
    return now.keys().chooseServerAlias(type, issuers, socket) == null ? null : now.alias();
  }

  @Override
  public String[] getServerAliases(String type, Principal[] issuers) {
    Shown now = newestFirst.get(0);
    return now.keys().getServerAliases(type, issuers) == null ? null : new String[] {now.alias()};
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return named(alias).map(it -> it.chain().toArray(new X509Certificate[0])).orElse(null);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return named(alias).map(PemIdentity::key).orElse(null);
  }

  @Override
  public String[] getClientAliases(String type, Principal[] issuers) {
    Shown now = newestFirst.get(0);
    return now.keys().getClientAliases(type, issuers) == null ? null : new String[] {now.alias()};
  }

  @Override
  public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
    Shown now = newestFirst.get(0);
    return now.keys().chooseClientAlias(types, issuers, socket) == null ? null : now.alias();
  }

  @Override
  public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
    Shown now = newestFirst.get(0);
    return now.keys().chooseEngineClientAlias(types, issuers, engine) == null ? null : now.alias();
  }
}
