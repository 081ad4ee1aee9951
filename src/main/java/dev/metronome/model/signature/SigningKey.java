package dev.metronome.model.signature;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A secret that senders and agents share, with a name that everyone may see. Immutable. */
public final class SigningKey {

  private static final String ALGORITHM = "HmacSHA256";

  private final String id;
  private final SecretKeySpec secret;

  SigningKey(String id, byte[] secret) {
    this.id = id;
    this.secret = new SecretKeySpec(secret, ALGORITHM);
  }

  public String id() {
    return id;
  }

  /** Whether this key made that signature of this statement; takes the same time either way. */
  boolean made(Signature signature, Statement statement) {
    String mac = mac(statement, signature.timestamp(), signature.nonce());
    return MessageDigest.isEqual(ascii(mac), ascii(signature.mac()));
  }

  Signature sign(Statement statement, String timestamp, String nonce) {
    return new Signature(id, timestamp, nonce, mac(statement, timestamp, nonce));
  }

  private String mac(Statement statement, String timestamp, String nonce) {
    return mac(signed(statement, timestamp, nonce));
  }

  /** Whether this is its code of these bytes; takes the same time either way. */
  boolean made(String mac, byte[] signed) {
    return MessageDigest.isEqual(ascii(mac(signed)), ascii(mac));
  }

  /** Its code of these bytes, base64url. */
  String mac(byte[] signed) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(signed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  private static byte[] signed(Statement statement, String timestamp, String nonce) {
    return new SignedBytes()
        .put("v1")
        .put(statement.name())
        .put(timestamp)
        .put(nonce)
        .put(statement.node().orElse(""))
        .put(statement.service().orElse(""))
        .put(statement.tag().orElse(""))
        .putAll(statement.params())
        .toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return "signing key " + id;
  }
}
