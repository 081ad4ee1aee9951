package dev.metronome.model.signature;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The keys that are valid now: none, one, or two while one takes over from the other. The first one
 * signs, all are accepted. Immutable.
 */
public final class SigningKeys {

  private static final int MOST = 2;
  private static final int SECRET_BYTES = 32;
  private static final Pattern KEY =
      Pattern.compile("(?<id>[A-Za-z0-9_-]{1,12}):(?<secret>[A-Za-z0-9+/]+=*)");

  private final List<SigningKey> keys;
  private final List<String> secrets;

  private SigningKeys(List<SigningKey> keys, List<String> secrets) {
    this.keys = List.copyOf(keys);
    this.secrets = List.copyOf(secrets);
  }

  /** No key: events are not signed. */
  public static SigningKeys none() {
    return new SigningKeys(List.of(), List.of());
  }

  /**
   * Reads keys, each {@code KEYID:SECRET} with the secret in base64, with line breaks, white space
   * or commas between them; a line that begins with {@code #} is a comment.
   *
   * @throws IllegalArgumentException if they cannot be used; the message shows none of them
   */
  public static SigningKeys parse(String text) {
    List<SigningKey> keys = new ArrayList<>();
    List<String> secrets = new ArrayList<>();
    for (String item : items(text)) {
      Matcher parts = KEY.matcher(item);
      if (!parts.matches()) {
        throw unusable(keys, "must be KEYID:SECRET, an ID of 1 to 12 letters and digits, - or _");
      }
      String secret = parts.group("secret");
      SigningKey key = new SigningKey(parts.group("id"), decoded(secret, keys));
      if (keys.stream().anyMatch(other -> other.id().equals(key.id()))) {
        throw unusable(keys, "has the ID of the first; give each key an ID of its own");
      }
      keys.add(key);
      secrets.add(secret);
    }
    if (keys.size() > MOST) {
      throw new IllegalArgumentException("at most 2 keys can be valid, found " + keys.size());
    }
    return new SigningKeys(keys, secrets);
  }

  private static List<String> items(String text) {
    return text.lines()
        .filter(line -> !line.stripLeading().startsWith("#"))
        .flatMap(line -> Stream.of(line.split("[\\s,]+")))
        .filter(item -> !item.isEmpty())
        .toList();
  }

  private static byte[] decoded(String secret, List<SigningKey> before) {
    try {
      byte[] bytes = Base64.getDecoder().decode(secret);
      if (bytes.length >= SECRET_BYTES) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw unusable(before, "has a secret that is no base64");
    }
    throw unusable(before, "has a secret of less than 32 bytes; openssl rand -base64 32 makes one");
  }

  private static IllegalArgumentException unusable(List<SigningKey> before, String why) {
    return new IllegalArgumentException("key " + (before.size() + 1) + " " + why);
  }

  /** A new key as {@link #parse} reads it, with a secret of 32 random bytes. */
  public static String newKey(String id) {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    String text = id + ":" + Base64.getEncoder().encodeToString(secret);
    parse(text);
    return text;
  }

  public boolean isEmpty() {
    return keys.isEmpty();
  }

  /** The key that signs. */
  public Optional<SigningKey> first() {
    return keys.stream().findFirst();
  }

  /** The key of that ID. */
  public Optional<SigningKey> find(String id) {
    return keys.stream().filter(key -> key.id().equals(id)).findFirst();
  }

  /** Whether one of the keys made that signature of this statement. */
  public boolean made(Signature signature, Statement statement) {
    return find(signature.keyId()).filter(key -> key.made(signature, statement)).isPresent();
  }

  /** The IDs, which everyone may see; the first one signs. */
  public List<String> ids() {
    return keys.stream().map(SigningKey::id).toList();
  }

  /** What must never be shown. */
  public List<String> secrets() {
    return secrets;
  }

  @Override
  public String toString() {
    return "signing keys " + ids();
  }
}
