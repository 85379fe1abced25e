package dev.terrace.admin;

import java.net.InetAddress;
import java.util.Arrays;

/// A range of IP addresses in CIDR notation (RFC 4632, RFC 4291 §2.3): `10.0.0.0/8`, `fd00::/8`, or
/// one address alone. An IPv4-mapped IPv6 address is the IPv4 address that it maps.
public final class AddressRange {
  private final byte[] network;
  private final int prefixBits;

  private AddressRange(byte[] network, int prefixBits) {
    this.network = network;
    this.prefixBits = prefixBits;
  }

  /// @throws IllegalArgumentException if the text is not a literal address with a prefix length that
  ///     its family has, or if bits beyond that prefix are set
  public static AddressRange of(String text) {
    int slash = text.indexOf('/');
    byte[] address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash)).getAddress();
    int addressBits = address.length * Byte.SIZE;
    int prefixBits = slash < 0 ? addressBits : prefixBits(text.substring(slash + 1), addressBits);
    AddressRange range = new AddressRange(address, prefixBits);
    if (!Arrays.equals(range.masked(address), address)) {
      throw new IllegalArgumentException(
          "expected a network address, but bits beyond the prefix are set: " + text);
    }
    return range;
  }

  /// Whether the range has this address; what is no literal address is in no range.
  public boolean contains(String address) {
    byte[] candidate;
    try {
      candidate = InetAddress.ofLiteral(address).getAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
    return candidate.length == network.length && Arrays.equals(masked(candidate), network);
  }

  private byte[] masked(byte[] address) {
    byte[] result = address.clone();
    for (int i = 0; i < result.length; i++) {
      int bitsKept = Math.clamp(prefixBits - (long) i * Byte.SIZE, 0, Byte.SIZE);
      result[i] &= (byte) (0xFF << (Byte.SIZE - bitsKept));
    }
    return result;
  }

  private static int prefixBits(String text, int addressBits) {
    if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) > addressBits) {
      throw new IllegalArgumentException(
          "expected a prefix length of 0 to " + addressBits + ", got " + text);
    }
    return Integer.parseInt(text);
  }
}
