package dev.terrace.layer.redis;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What makes sure that bytes in Redis are as they were written. Immutable; safe for use by any
/// thread.
sealed interface Seal {
  /// The kind, as it stands in a head.
  byte kind();

  /// Over a whole head, bound to the key that it lies under.
  byte[] over(byte[] key, ByteBuffer head);

  /// Over one chunk of a body.
  byte[] check(byte[] chunk);

  /// Of both.
  int bytes();

  /// Whether two seals are equal, in a time that does not tell where they differ.
  static boolean equal(byte[] one, byte[] other) {
    return MessageDigest.isEqual(one, other);
  }

  /// Finds faults of media and of programs, and no forger: CRC-32C.
  record Checksum() implements Seal {
    @Override
    public byte kind() {
      return 0;
    }

    @Override
    public byte[] over(byte[] key, ByteBuffer head) {
      CRC32C checksum = new CRC32C();
      checksum.update(key);
      checksum.update(head.duplicate());
      return bytes(checksum);
    }

    @Override
    public byte[] check(byte[] chunk) {
      CRC32C checksum = new CRC32C();
      checksum.update(chunk);
      return bytes(checksum);
    }

    @Override
    public int bytes() {
      return Integer.BYTES;
    }

    private static byte[] bytes(CRC32C checksum) {
      return ByteBuffer.allocate(Integer.BYTES).putInt((int) checksum.getValue()).array();
    }
  }

  /// Finds forgers: the head is signed (HMAC, RFC 2104, with SHA-256), and holds the SHA-256 of
  /// each chunk.
  final class Signature implements Seal {
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec secret;

    Signature(byte[] secret) {
      this.secret = new SecretKeySpec(secret, ALGORITHM);
    }

    @Override
    public byte kind() {
      return 1;
    }

    @Override
    public byte[] over(byte[] key, ByteBuffer head) {
      try {
        Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(secret);
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(key.length).flip());
        mac.update(key);
        mac.update(head.duplicate());
        return mac.doFinal();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
      }
    }

    @Override
    public byte[] check(byte[] chunk) {
      try {
        return MessageDigest.getInstance("SHA-256").digest(chunk);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }

    @Override
    public int bytes() {
      return 32;
    }
  }
}
