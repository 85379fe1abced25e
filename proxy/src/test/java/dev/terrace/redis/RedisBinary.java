package dev.terrace.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

/// The redis-server to test with: the one that the variable REDIS_SERVER names, else the static one
/// of the jar `embedded-redis`, taken out once a JVM.
final class RedisBinary {
  private static final String VERSION = "7.0.15";

  private RedisBinary() {}

  static Path path() {
    return Holder.PATH;
  }

  private static final class Holder {
    private static final Path PATH = find();
  }

  private static Path find() {
    String given = System.getenv("REDIS_SERVER");
    return given == null || given.isEmpty() ? extracted() : Path.of(given);
  }

  private static Path extracted() {
    String name = "/redis-server-" + VERSION + "-" + system() + "-" + machine();
    try (InputStream in = RedisBinary.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no redis-server for this machine; set REDIS_SERVER (" + name + ")");
      }
      Path file = Files.createTempFile("redis-server", "");
      file.toFile().deleteOnExit();
      Files.write(file, in.readAllBytes());
      return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String system() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac")
        ? "darwin"
        : "linux";
  }

  private static String machine() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }
}
