package dev.terrace.layer.file;

import dev.terrace.layer.Entry;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// Where things lie in the layer's directory, which belongs to one process at a time:
///
/// ```
/// lock                       locked as long as the process lives
/// entries/ab/cd/<rest>-<v>   <abcd rest>: digest of the key; <v>: of the variant
/// temp/<number>              being written; of no use after a crash
/// aside/<number>             found corrupt, a bounded number of them
/// warm                       which keys are hot, as HotKeysFile has it
/// ```
///
/// Sixty-four thousand directories keep each short enough to be listed by a lookup, so that no
/// index has to be built at the start or kept in memory.
final class Folders implements AutoCloseable {
  /// Directories of the upper level.
  static final int TOPS = 256;

  /// How the names of file systems begin that are elsewhere, or may be.
  private static final List<String> REMOTE =
      List.of("nfs", "cifs", "smb", "fuse", "9p", "afs", "ceph", "gluster", "lustre", "virtiofs");

  private static final int VARIANT_DIGITS = 16;
  private static final int LONGEST_ASIDE = 100;

  private final Path entries;
  private final Path temp;
  private final Path aside;
  private final FileChannel lockChannel;
  private final AtomicLong nextTemp = new AtomicLong();

  private Folders(Path root, FileChannel lockChannel) {
    this.entries = root.resolve("entries");
    this.temp = root.resolve("temp");
    this.aside = root.resolve("aside");
    this.lockChannel = lockChannel;
  }

  /// Takes the directory for this process, making it if need be.
  ///
  /// @throws IOException if another process has it, or it is not this user's own
  static Folders open(Path root) throws IOException {
    make(root);
    FileChannel channel = lock(root);
    try {
      if (!Files.getOwner(root, LinkOption.NOFOLLOW_LINKS)
          .equals(Files.getOwner(root.resolve("lock"), LinkOption.NOFOLLOW_LINKS))) {
        throw new AccessDeniedException(root.toString(), null, "owned by another user");
      }
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
      Folders folders = new Folders(root, channel);
      make(folders.entries);
      make(folders.temp);
      make(folders.aside);
      for (Path left : list(folders.temp)) {
        Files.deleteIfExists(left);
      }
      return folders;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /// Whether the directory lies on a disk of this machine, as far as the name of its file system
  /// tells: even what such a one has in memory may have to be asked for elsewhere.
  boolean isLocal() throws IOException {
    String type = Files.getFileStore(entries).type().toLowerCase(Locale.ROOT);
    return REMOTE.stream().noneMatch(type::startsWith);
  }

  private static FileChannel lock(Path root) throws IOException {
    FileChannel channel =
        FileChannel.open(
            root.resolve("lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            LocalDisk.OWNER_ALONE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Held within this process: as bad as by another.
    }
    channel.close();
    throw new IOException(root + " is in use by another process");
  }

  private static void make(Path directory) throws IOException {
    try {
      Files.createDirectories(directory.toAbsolutePath().getParent());
      Files.createDirectory(directory, LocalDisk.OWNERS_DIRECTORY);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        throw new NotDirectoryException(directory.toString());
      }
    }
  }

  /// The number of the directory of the upper level below which the files of this key lie.
  static int top(CacheKey key) {
    return HexFormat.fromHexDigits(key.digest(), 0, 2);
  }

  /// The number of the directory of the upper level below which this file of the layer lies.
  static int top(Path file) {
    return HexFormat.fromHexDigits(upper(file).getFileName().toString());
  }

  /// The digest of the key to which this file of the layer belongs, by its name.
  static String digest(Path file) {
    String name = file.getFileName().toString();
    int end = name.indexOf('-');
    return upper(file).getFileName()
        + parent(file).getFileName().toString()
        + (end < 0 ? name : name.substring(0, end));
  }

  private static Path upper(Path file) {
    return parent(parent(file));
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("not a file of the layer: " + path);
    }
    return parent;
  }

  /// Makes the directories of this file, unless they are there.
  ///
  /// @throws NotDirectoryException if something else is in their place, such as a link
  void makeParents(Path file) throws IOException {
    if (!isReal(parent(file))) {
      make(upper(file));
      make(parent(file));
    }
  }

  /// Where the file of this entry lies, there or not.
  Path file(Entry entry) {
    return directory(entry.key().digest())
        .resolve(entry.key().digest().substring(4) + "-" + digits(entry.variant()));
  }

  /// The files of every variant of this key.
  List<Path> files(CacheKey key) throws IOException {
    return files(key.digest());
  }

  /// The files of every variant of the key of this digest.
  List<Path> files(String digest) throws IOException {
    Path directory = directory(digest);
    return isReal(directory) ? list(directory, digest.substring(4) + "-*") : List.of();
  }

  /// Every file below this directory of the upper level.
  List<Path> below(int top) throws IOException {
    List<Path> files = new ArrayList<>();
    Path upper = entries.resolve(digits(top));
    if (Files.isDirectory(upper, LinkOption.NOFOLLOW_LINKS)) {
      for (Path directory : list(upper)) {
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
          files.addAll(list(directory));
        }
      }
    }
    return files;
  }

  /// A directory of the lower level.
  ///
  /// @param number 0 to 255, which follows from the digests of the keys whose files it holds
  record Lower(Path path, int number) {}

  /// The directories below this directory of the upper level that there are, by their number.
  List<Lower> lower(int top) throws IOException {
    List<Lower> lower = new ArrayList<>();
    for (Path directory : list(entries.resolve(digits(top)), "[0-9a-f][0-9a-f]")) {
      if (isReal(directory)) {
        lower.add(
            new Lower(directory, HexFormat.fromHexDigits(directory.getFileName().toString())));
      }
    }
    lower.sort(Comparator.comparingInt(Lower::number));
    return lower;
  }

  List<Path> files(Lower lower) throws IOException {
    return list(lower.path());
  }

  /// A name that nothing has yet.
  Path nextTemp() {
    return temp.resolve(Long.toString(nextTemp.getAndIncrement()));
  }

  /// Moves a file out of the way, or drops it once enough lie there.
  void setAside(Path file) throws IOException {
    try {
      if (list(aside).size() < LONGEST_ASIDE) {
        Files.move(file, aside.resolve(file.getFileName()));
        return;
      }
    } catch (IOException e) {
      // It cannot be moved; it must not stay either.
    }
    Files.deleteIfExists(file);
  }

  /// Whether the directory, both levels, is one and no link to one.
  private static boolean isReal(Path directory) {
    return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        && Files.isDirectory(parent(directory), LinkOption.NOFOLLOW_LINKS);
  }

  private Path directory(String digest) {
    return entries.resolve(digest.substring(0, 2)).resolve(digest.substring(2, 4));
  }

  private static String digits(int top) {
    return HexFormat.of().toHexDigits((byte) top);
  }

  private static String digits(VariantKey variant) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < variant.names().size(); i++) {
      text.append(variant.names().get(i).length()).append(':').append(variant.names().get(i));
      text.append(variant.values().get(i).length()).append(':').append(variant.values().get(i));
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, VARIANT_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    return list(directory, "*");
  }

  private static List<Path> list(Path directory, String glob) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
      stream.forEach(files::add);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return files;
  }

  @Override
  public void close() {
    try {
      lockChannel.close();
    } catch (IOException e) {
      // The lock goes with the process at the latest.
    }
  }
}
