package dev.terrace;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/// What lets one process after another start quickly, for tests that start many: the classes of the
/// program in a jar, since only those of jars can be kept loaded, and the JVM's own cache of what a
/// training run loaded. The same classes run as without it.
public final class QuickStart {
  private static final String PROGRAM = "dev/terrace/Main.class";
  private static final int PATIENCE_SECONDS = 180;

  private final Path cache;
  private final String classPath;

  private QuickStart(Path cache, String classPath) {
    this.cache = cache;
    this.classPath = classPath;
  }

  /// @param directory for jar and cache
  public static QuickStart in(Path directory) throws IOException, InterruptedException {
    Path jar = directory.resolve("terrace.jar");
    Path cache = directory.resolve("terrace.aot");
    String classPath = classPath(jar);
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(), "-Dterrace.training=true"));
    command.addAll(Child.JVM_OPTIONS);
    command.addAll(
        List.of(
            "-XX:AOTCacheOutput=" + cache,
            "-cp",
            classPath,
            "dev.terrace.Main",
            "demo",
            "--host=127.0.0.1",
            "--port=0",
            "--enable-file-cache=false"));
    Process training =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("training.log").toFile())
            .start();
    if (!training.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || !Files.exists(cache)) {
      training.destroyForcibly();
      throw new AssertionError(Files.readString(directory.resolve("training.log")));
    }
    return new QuickStart(cache, classPath);
  }

  List<String> jvmOptions() {
    return List.of("-XX:AOTCache=" + cache, "-cp", classPath);
  }

  /// That of this JVM, with the jar in place of the directories.
  private static String classPath(Path jar) throws IOException {
    List<String> parts = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (Files.exists(Path.of(part, PROGRAM))) {
        pack(Path.of(part), jar);
        parts.add(0, jar.toString());
      } else if (Files.isRegularFile(Path.of(part))) {
        parts.add(part);
      }
    }
    return String.join(File.pathSeparator, parts);
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> all = Files.walk(classes)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(path).toString()));
        Files.copy(path, out);
        out.closeEntry();
      }
    }
  }
}
