package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that somebody tampered with while a process had them, or between two: each is a miss, set
/// aside and counted, and the page is stored anew.
final class TamperedFilesTest {
  private static final String LINKED = "/500/linked";
  private static final String FLIPPED = "/500/flipped";
  private static final String SWAPPED = "/500/swapped";
  private static final String CUT = "/500/cut";
  private static final String WHOLE = "/500/whole";
  private static final String LONG = "/4000000/long";

  private static final List<String> TAMPERED = List.of(LINKED, FLIPPED, SWAPPED, CUT);
  private static final int HEAD_BYTES = 4096;

  @TempDir private Path directory;
  private final SealedTarget target = new SealedTarget();
  private final Visitors visitors = new Visitors();

  @AfterEach
  void end() {
    visitors.close();
    target.close();
  }

  @Test
  void aFileTamperedWithBeneathARunningProcessIsAMiss() throws Exception {
    try (Child child = start()) {
      store(child);
      tamper();
      visitors.emptyMemory(child);
      assertMissesSetAsideAndStoredAnew(child);
    }
  }

  @Test
  void aFileTamperedWithBetweenTwoProcessesIsAMiss() throws Exception {
    try (Child child = start()) {
      store(child);
      child.signal("TERM");
      child.exitCode();
    }
    tamper();
    try (Child child = start()) {
      assertMissesSetAsideAndStoredAnew(child);
    }
  }

  private void store(Child child) throws Exception {
    for (String page : Stream.concat(TAMPERED.stream(), Stream.of(WHOLE, LONG)).toList()) {
      assertThat(visitors.visit(child, page).outcome()).isEqualTo("MISS");
    }
    visitors.awaitWritten(child);
  }

  private void tamper() throws IOException {
    Path outside = directory.resolve("outside");
    Path linked = file(LINKED);
    Files.move(linked, outside);
    Files.createSymbolicLink(linked, outside);

    flip(file(FLIPPED), Files.size(file(FLIPPED)) - 100);
    Files.copy(file(WHOLE), file(SWAPPED), StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel file = FileChannel.open(file(CUT), StandardOpenOption.WRITE)) {
      file.truncate(file.size() - 1);
    }
    flip(file(LONG), 3_000_000);
  }

  private void assertMissesSetAsideAndStoredAnew(Child child) throws Exception {
    for (String page : TAMPERED) {
      assertThat(visitors.visit(child, page).outcome()).as(page).isEqualTo("MISS");
    }
    assertThat(visitors.setAside(child)).isEqualTo(TAMPERED.size());
    assertThat(outcomeOfLong(child)).isEqualTo("MISS");
    assertThat(visitors.setAside(child)).isEqualTo(TAMPERED.size() + 1);
    assertThat(visitors.visit(child, WHOLE).outcome()).isEqualTo("HIT file");
    assertThat(directory.resolve("outside")).exists();
    try (Stream<Path> aside = Files.list(directory.resolve("cache/aside"))) {
      assertThat(aside).hasSize(TAMPERED.size() + 1);
    }

    visitors.emptyMemory(child);
    for (String page : TAMPERED) {
      assertThat(visitors.visit(child, page).outcome()).as(page).isEqualTo("HIT file");
    }
  }

  /// It is found out when half of it is sent, and the client sees that it is not whole; or before,
  /// by whoever copies it to memory meanwhile.
  private String outcomeOfLong(Child child) throws Exception {
    try {
      return visitors.visit(child, LONG).outcome();
    } catch (IOException e) {
      return visitors.visit(child, LONG).outcome();
    }
  }

  private static void flip(Path path, long at) throws IOException {
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      file.read(one, at);
      file.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), at);
    }
  }

  /// The file of this page: the body begins with the path.
  private Path file(String page) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("cache/entries"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> begin(file).contains(page + "\n"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static String begin(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(HEAD_BYTES), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Child start() throws IOException {
    return Child.start(target.flag(), "--file-cache-dir=" + directory.resolve("cache"));
  }
}
