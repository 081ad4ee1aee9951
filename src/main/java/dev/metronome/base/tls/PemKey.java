package dev.metronome.base.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in PEM: PKCS#8, or the older forms that {@code consul tls} (SEC 1, RFC 5915) and
 * openssl (PKCS#1, RFC 8017) write, which the JDK does not read without a PKCS#8 envelope.
 */
final class PemKey {

  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([^-]+)-----END \\1-----");

  private PemKey() {}

  /**
   * @param publicKey of the certificate that belongs to it; its algorithm tells how to read the key
   * @throws TlsMaterialException if the file holds no usable unencrypted key
   */
  static PrivateKey read(Path file, PublicKey publicKey) {
    try {
      Matcher pem = PEM.matcher(Files.readString(file, StandardCharsets.US_ASCII));
      if (!pem.find()) {
        throw new TlsMaterialException(
            file + " contains no unencrypted private key in PEM format", null);
      }
      byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
      byte[] pkcs8 = pem.group(1).equals("PRIVATE KEY") ? der : envelope(der, publicKey);
      return KeyFactory.getInstance(publicKey.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new TlsMaterialException(
          "the key file " + file + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Whether what the one signs holds before the other; true if these cannot sign by themselves. */
  static boolean belong(PrivateKey key, PublicKey publicKey) {
    Optional<String> algorithm =
        switch (publicKey.getAlgorithm()) {
          case "RSA" -> Optional.of("SHA256withRSA");
          case "EC" -> Optional.of("SHA256withECDSA");
          case "EdDSA" -> Optional.of("EdDSA");
          default -> Optional.empty();
        };
    return algorithm.isEmpty() || belong(key, publicKey, algorithm.get());
  }

  private static boolean belong(PrivateKey key, PublicKey publicKey, String algorithm) {
    byte[] text = publicKey.getEncoded();
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(text);
      byte[] signature = signing.sign();
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(publicKey);
      verifying.update(text);
      return verifying.verify(signature);
    } catch (GeneralSecurityException e) {
      return false; // of another curve, for one
    }
  }

  /** PrivateKeyInfo of RFC 5208: version 0, the certificate's algorithm identifier, the key. */
  private static byte[] envelope(byte[] key, PublicKey publicKey) {
    byte[] version = {0x02, 0x01, 0x00};
    return element(0x30, version, algorithmOf(publicKey), element(0x04, key));
  }

  /** SubjectPublicKeyInfo is a sequence whose first element is the algorithm identifier. */
  private static byte[] algorithmOf(PublicKey publicKey) {
    byte[] info = publicKey.getEncoded();
    int start = headerLength(info, 0);
    int length = headerLength(info, start) + contentLength(info, start);
    byte[] algorithm = new byte[length];
    System.arraycopy(info, start, algorithm, 0, length);
    return algorithm;
  }

  private static int headerLength(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return first < 0x80 ? 2 : 2 + (first & 0x7f);
  }

  private static int contentLength(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = (length << 8) | (der[at + 2 + i] & 0xff);
    }
    return length;
  }

  private static byte[] element(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    int length = content.size();
    if (length < 0x80) {
      element.write(length);
    } else if (length < 0x100) {
      element.write(0x81); // DER: the JDK refuses a leading zero
      element.write(length);
    } else {
      element.write(0x82);
      element.write(length >> 8);
      element.write(length & 0xff);
    }
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }
}
