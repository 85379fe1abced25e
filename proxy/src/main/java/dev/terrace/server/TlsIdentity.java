package dev.terrace.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.impl.KeyStoreHelper;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What listeners show that they are: a certificate and its key, as they stood in their files at
/// one time, so that all listeners that are given it have the same.
public final class TlsIdentity {
  private final byte[] certificate;
  private final byte[] key;
  private final Instant notAfter;

  private TlsIdentity(byte[] certificate, byte[] key, Instant notAfter) {
    this.certificate = certificate;
    this.key = key;
    this.notAfter = notAfter;
  }

  /// @throws IOException naming the certificate's file, if a file cannot be read or the key is not
  ///   the certificate's: a listener that had both would only find out from its clients
  public static TlsIdentity read(TlsFiles files) throws IOException {
    byte[] certificate = Files.readAllBytes(files.certificate());
    byte[] key = Files.readAllBytes(files.key());
    try {
      KeyStore store =
          KeyStoreHelper.loadKeyCert(
              List.of(Buffer.buffer(key)), List.of(Buffer.buffer(certificate)));
      String alias = store.aliases().nextElement();
      char[] password = KeyStoreHelper.DUMMY_PASSWORD.toCharArray();
      if (store.getCertificate(alias) instanceof X509Certificate first
          && store.getKey(alias, password) instanceof PrivateKey secret
          && isPair(first.getPublicKey(), secret)) {
        return new TlsIdentity(certificate, key, first.getNotAfter().toInstant());
      }
    } catch (Exception unusable) {
      // What loads PEM declares no less.
      throw new IOException(
          files.certificate() + " and its key cannot be used: " + unusable.getMessage(), unusable);
    }
    throw new IOException(
        files.certificate() + " is not the certificate of the key in " + files.key());
  }

  private static boolean isPair(PublicKey known, PrivateKey secret)
      throws GeneralSecurityException {
    if (!known.getAlgorithm().equals(secret.getAlgorithm())) {
      return false;
    }
    String algorithm =
        switch (known.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> known.getAlgorithm();
        };
    byte[] text = {1};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(secret);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(known);
    signature.update(text);
    return signature.verify(signed);
  }

  /// When the certificate ceases to be valid.
  public Instant notAfter() {
    return notAfter;
  }

  /// TLS 1.2 at least (security.md S19), HTTP/2 by ALPN.
  ServerSSLOptions options() {
    return new ServerSSLOptions()
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .setCertValue(Buffer.buffer(certificate))
                .setKeyValue(Buffer.buffer(key)))
        .setEnabledSecureTransportProtocols(new LinkedHashSet<>(Set.of("TLSv1.2", "TLSv1.3")))
        .setUseAlpn(true);
  }
}
