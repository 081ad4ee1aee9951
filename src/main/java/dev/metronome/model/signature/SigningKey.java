package dev.metronome.model.signature;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.TreeMap;
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
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      byte[] code = mac.doFinal(signed(statement, timestamp, nonce));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(code);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /** Each field behind its length, so that no two statements are the same bytes. */
  private static byte[] signed(Statement statement, String timestamp, String nonce) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    put("v1", bytes);
    put(statement.name(), bytes);
    put(timestamp, bytes);
    put(nonce, bytes);
    put(statement.node().orElse(""), bytes);
    put(statement.service().orElse(""), bytes);
    put(statement.tag().orElse(""), bytes);
    new TreeMap<>(statement.params())
        .forEach(
            (name, value) -> {
              put(name, bytes);
              put(value, bytes);
            });
    return bytes.toByteArray();
  }

  private static void put(String field, ByteArrayOutputStream bytes) {
    byte[] text = field.getBytes(StandardCharsets.UTF_8);
    bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).array());
    bytes.writeBytes(text);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return "signing key " + id;
  }
}
