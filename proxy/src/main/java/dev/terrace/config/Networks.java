package dev.terrace.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/// A set of networks in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3). Immutable.
///
/// An IPv4 address that came over an IPv6 socket is its IPv4 self. Names are never looked up.
public final class Networks {
  /// No network: contains nobody.
  public static final Networks NONE = new Networks(List.of());

  private final List<Network> networks;

  private Networks(List<Network> networks) {
    this.networks = networks;
  }

  private record Network(InetAddress base, int bits) {
    boolean contains(byte[] other) {
      byte[] address = base.getAddress();
      if (other.length != address.length) {
        return false;
      }
      int whole = bits / 8;
      for (int i = 0; i < whole; i++) {
        if (address[i] != other[i]) {
          return false;
        }
      }
      int rest = bits % 8;
      return rest == 0 || ((address[whole] ^ other[whole]) & (0xff << (8 - rest))) == 0;
    }
  }

  /// The networks that the members name: `10.0.0.0/8`, `fd00::/8`, or one address.
  ///
  /// @throws IllegalArgumentException if a member is no network; the message is the member
  public static Networks of(List<String> members) {
    List<Network> networks = new ArrayList<>();
    for (String member : members) {
      networks.add(network(member));
    }
    return networks.isEmpty() ? NONE : new Networks(List.copyOf(networks));
  }

  /// Whether the address lies in one of the networks.
  public boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    for (Network network : networks) {
      if (network.contains(bytes)) {
        return true;
      }
    }
    return false;
  }

  public boolean isEmpty() {
    return networks.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Networks same && networks.equals(same.networks);
  }

  @Override
  public int hashCode() {
    return networks.hashCode();
  }

  private static Network network(String member) {
    int slash = member.indexOf('/');
    try {
      // Java also takes 10.1 and 10, as old systems do; nobody means these as networks.
      if (member.indexOf(':') < 0 && member.chars().filter(c -> c == '.').count() != 3) {
        throw new IllegalArgumentException(member);
      }
      InetAddress base = InetAddress.ofLiteral(slash < 0 ? member : member.substring(0, slash));
      int most = 8 * base.getAddress().length;
      int bits = slash < 0 ? most : prefixLength(member.substring(slash + 1));
      if (bits > most) {
        throw new IllegalArgumentException(member);
      }
      return new Network(base, bits);
    } catch (IllegalArgumentException notOne) {
      throw new IllegalArgumentException(member, notOne);
    }
  }

  private static int prefixLength(String digits) {
    if (!digits.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException(digits);
    }
    return Integer.parseInt(digits);
  }
}
