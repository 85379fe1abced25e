package dev.terrace.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A private authority, and what it vouches for, all made by the JDK's keytool.
///
/// @param store PKCS#12 with everything
/// @param authority PEM file with the certificate of the authority
/// @param server for the names that were asked for
/// @param client for a client
public record RedisCertificates(Path store, Path authority, Pem server, Pem client) {
  private static final String PASSWORD = "changeit";

  /// @param certificate PEM file with the certificate
  /// @param key PEM file with the private key, PKCS#8
  public record Pem(Path certificate, Path key) {}

  /// @param names of the server, such as `ip:127.0.0.1`
  public static RedisCertificates create(Path directory, String names) throws Exception {
    Path store = directory.resolve("store.p12");
    keytool(store, "ca", "-genkeypair", "-keyalg", "EC", "-dname", "CN=authority", "-ext", "bc:c");
    keytool(
        store,
        "server",
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=server",
        "-signer",
        "ca",
        "-ext",
        "san=" + names);
    keytool(
        store, "client", "-genkeypair", "-keyalg", "EC", "-dname", "CN=client", "-signer", "ca");
    KeyStore keys = load(store);
    Path authority =
        pem(directory.resolve("ca.pem"), "CERTIFICATE", keys.getCertificate("ca").getEncoded());
    return new RedisCertificates(
        store, authority, pem(directory, keys, "server"), pem(directory, keys, "client"));
  }

  /// Of a client that trusts the authority and can show a certificate.
  SSLContext clientContext() throws IOException {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("ca", load(store).getCertificate("ca"));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      KeyManagerFactory own =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      own.init(load(store), PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException unusable) {
      throw new IOException(unusable);
    }
  }

  private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private static Pem pem(Path directory, KeyStore keys, String name) throws Exception {
    Certificate certificate = keys.getCertificate(name);
    byte[] key = keys.getKey(name, PASSWORD.toCharArray()).getEncoded();
    return new Pem(
        pem(directory.resolve(name + ".pem"), "CERTIFICATE", certificate.getEncoded()),
        pem(directory.resolve(name + ".key"), "PRIVATE KEY", key));
  }

  private static Path pem(Path file, String what, byte[] content) throws IOException {
    byte[] newline = "\n".getBytes(StandardCharsets.US_ASCII);
    String text = Base64.getMimeEncoder(64, newline).encodeToString(content);
    return Files.writeString(
        file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
  }

  private static void keytool(Path store, String alias, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    Collections.addAll(command, arguments);
    Collections.addAll(command, "-alias", alias, "-keystore", store.toString());
    Collections.addAll(command, "-storetype", "PKCS12", "-storepass", PASSWORD);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("keytool failed: " + output);
    }
  }
}
