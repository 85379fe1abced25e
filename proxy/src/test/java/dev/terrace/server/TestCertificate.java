package dev.terrace.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/// Certificates for `localhost`, made by the JDK's keytool, as PEM files.
final class TestCertificate {
  private static final char[] PASSWORD = "password".toCharArray();

  private TestCertificate() {}

  private static final class Shared {
    static final TlsFiles FILES = make("localhost");
  }

  /// One for every test that does not care which.
  static TlsFiles shared() {
    return Shared.FILES;
  }

  static TlsFiles make(String commonName) {
    try {
      Path directory = Files.createTempDirectory("terrace-certificate");
      Path store = directory.resolve("store.p12");
      keytool(store, commonName);
      KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
      Path certificate = directory.resolve("certificate.pem");
      Path key = directory.resolve("key.pem");
      Files.writeString(certificate, pem("CERTIFICATE", keys.getCertificate("it").getEncoded()));
      Key secret = keys.getKey("it", PASSWORD);
      Files.writeString(key, pem("PRIVATE KEY", secret.getEncoded()));
      return new TlsFiles(certificate, key);
    } catch (IOException | GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static void keytool(Path store, String commonName)
      throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + commonName,
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-validity",
                "2",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IllegalStateException("keytool failed");
    }
  }

  private static String pem(String label, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
  }
}
