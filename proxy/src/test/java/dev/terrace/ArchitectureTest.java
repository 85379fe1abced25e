package dev.terrace;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Holds the packages to what each may import. A package that is still empty passes.
///
/// Each class belongs to the part with the longest name that its package begins with:
/// `dev.terrace.layer.memory` is a part of its own and not inside `layer`.
final class ArchitectureTest {

  private static final String BASE = "dev.terrace";

  /// Main, Terrace and Demo wire everything, and nothing may import them.
  private static final String ROOT = "";

  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("http", Set.of()),
          Map.entry("rules", Set.of("http")),
          Map.entry("purge", Set.of("http", "rules")),
          Map.entry("purge.journal", Set.of("http", "rules", "purge", "observe", "config")),
          Map.entry("purge.redis", Set.of("http", "rules", "purge", "redis", "observe", "config")),
          Map.entry("layer", Set.of("http", "rules", "purge", "observe")),
          Map.entry("layer.memory", Set.of("http", "rules", "purge", "layer", "observe")),
          Map.entry("layer.redis", Set.of("http", "rules", "purge", "layer", "redis", "observe")),
          Map.entry("layer.file", Set.of("http", "rules", "purge", "layer", "observe")),
          Map.entry("redis", Set.of("observe", "config")),
          Map.entry("origin", Set.of("http", "observe")),
          Map.entry(
              "flow", Set.of("http", "rules", "purge", "layer", "redis", "origin", "observe")),
          Map.entry(
              "server", Set.of("http", "rules", "purge", "layer", "flow", "observe", "config")),
          Map.entry(
              "admin",
              Set.of(
                  "http",
                  "rules",
                  "purge",
                  "purge.journal",
                  "purge.redis",
                  "layer",
                  "redis",
                  "origin",
                  "flow",
                  "server",
                  "observe",
                  "config")),
          Map.entry("observe", Set.of("http", "rules")),
          Map.entry("config", Set.of("http", "rules")));

  private static final Set<String> MAY_IMPORT_VERTX = Set.of(ROOT, "server", "origin");
  private static final Set<String> MAY_IMPORT_LETTUCE =
      Set.of("redis", "layer.redis", "purge.redis");

  /// Lettuce shows Netty's types, so those that may use it may use them.
  private static final Set<String> MAY_IMPORT_NETTY =
      Stream.of(MAY_IMPORT_VERTX, MAY_IMPORT_LETTUCE)
          .flatMap(Set::stream)
          .collect(toUnmodifiableSet());

  /// Packages of the JDK whose classes reach a file, a socket or a thread.
  private static final List<String> EFFECT_PACKAGES =
      List.of(
          "java.net.http",
          "java.nio.file",
          "java.nio.channels",
          "java.rmi",
          "java.sql",
          "javax.net");

  private static final List<String> EFFECT_CLASSES =
      List.of(
          "java.io.Console",
          "java.io.File",
          "java.io.FileInputStream",
          "java.io.FileOutputStream",
          "java.io.FileReader",
          "java.io.FileWriter",
          "java.io.RandomAccessFile",
          "java.lang.Process",
          "java.lang.ProcessBuilder",
          "java.lang.Runtime",
          "java.lang.Thread",
          "java.lang.ThreadGroup",
          "java.net.DatagramSocket",
          "java.net.InetAddress",
          "java.net.ServerSocket",
          "java.net.Socket",
          "java.net.URL",
          "java.net.URLConnection",
          "java.util.Timer",
          "java.util.concurrent.CompletableFuture",
          "java.util.concurrent.Executor",
          "java.util.concurrent.ExecutorService",
          "java.util.concurrent.Executors",
          "java.util.concurrent.ForkJoinPool",
          "java.util.concurrent.ScheduledExecutorService",
          "java.util.concurrent.StructuredTaskScope",
          "java.util.concurrent.ThreadPoolExecutor");

  private static final Set<String> CLOCK_CLASSES =
      Set.of("java.time.Clock", "java.time.InstantSource");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(BASE);

  @Test
  void everyClassBelongsToAPartOfTheArchitecture() {
    assertThat(CLASSES)
        .allSatisfy(
            found ->
                assertThat(found.getPackageName())
                    .matches(name -> name.equals(BASE) || !partOf(name).equals(ROOT)));
  }

  @TestFactory
  Stream<DynamicTest> eachPartImportsOnlyThePartsItMayImport() {
    return MAY_IMPORT.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            entry ->
                dynamicTest(
                    entry.getKey() + " imports " + sentenceOf(entry.getValue()),
                    () -> importsOnly(entry.getKey(), entry.getValue())));
  }

  @Test
  void httpAndRulesDependOnTheJdkAlone() {
    noClasses()
        .that(belongTo(Set.of("http", "rules")))
        .should()
        .dependOnClassesThat(
            describe(
                "are neither the JDK's, nor of http or rules, nor annotations of JSpecify",
                found ->
                    !inPackage(found, "java")
                        && !inPackage(found, "javax.crypto")
                        && !inPackage(found, "org.jspecify.annotations")
                        && !(isOurs(found) && Set.of("http", "rules").contains(partOf(found)))))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void onlyServerOriginAndTheRootImportVertx() {
    onlyTheseImport(MAY_IMPORT_VERTX, "io.vertx");
  }

  @Test
  void onlyServerOriginTheRootAndTheRedisPartsImportNetty() {
    onlyTheseImport(MAY_IMPORT_NETTY, "io.netty");
  }

  @Test
  void onlyTheRedisPartsImportLettuce() {
    onlyTheseImport(MAY_IMPORT_LETTUCE, "io.lettuce");
  }

  @Test
  void rulesAndPurgeReadNoClock() {
    noClasses()
        .that(belongTo(Set.of("rules", "purge")))
        .should()
        .accessTargetWhere(describe("the current time is read", ArchitectureTest::readsTheTime))
        .orShould()
        .dependOnClassesThat(
            describe("are clocks", found -> CLOCK_CLASSES.contains(found.getFullName())))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void rulesAndPurgeTouchNoThreadFileOrSocket() {
    noClasses()
        .that(belongTo(Set.of("rules", "purge")))
        .should()
        .dependOnClassesThat(
            describe(
                "reach a thread, file or socket",
                found ->
                    EFFECT_PACKAGES.stream().anyMatch(name -> inPackage(found, name))
                        || EFFECT_CLASSES.contains(found.getFullName())))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  private static void importsOnly(String part, Set<String> allowed) {
    noClasses()
        .that(belongTo(Set.of(part)))
        .should()
        .dependOnClassesThat(
            describe(
                "are ours and in a part other than " + part + ", " + sentenceOf(allowed),
                found ->
                    isOurs(found)
                        && !partOf(found).equals(part)
                        && !allowed.contains(partOf(found))))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  private static void onlyTheseImport(Set<String> parts, String library) {
    noClasses()
        .that(describe("belong to no part of " + parts, found -> !parts.contains(partOf(found))))
        .should()
        .dependOnClassesThat(describe("are in " + library, found -> inPackage(found, library)))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  /// Calls and method references alike.
  private static boolean readsTheTime(JavaAccess<?> access) {
    if (!(access.getTarget() instanceof CodeUnitAccessTarget target)) {
      return false;
    }
    String owner = target.getOwner().getFullName();
    return switch (target.getName()) {
      case "now" -> owner.startsWith("java.time.");
      case "currentTimeMillis", "nanoTime" -> owner.equals("java.lang.System");
      case "<init>" -> owner.equals("java.util.Date") && target.getRawParameterTypes().isEmpty();
      default -> false;
    };
  }

  private static DescribedPredicate<JavaClass> belongTo(Set<String> parts) {
    return describe("belong to " + sentenceOf(parts), found -> parts.contains(partOf(found)));
  }

  private static String partOf(JavaClass found) {
    return partOf(found.getPackageName());
  }

  private static String partOf(String packageName) {
    return MAY_IMPORT.keySet().stream()
        .filter(part -> within(packageName, BASE + "." + part))
        .max(Comparator.comparingInt(String::length))
        .orElse(ROOT);
  }

  private static boolean isOurs(JavaClass found) {
    return inPackage(found, BASE);
  }

  private static boolean inPackage(JavaClass found, String name) {
    return within(found.getBaseComponentType().getPackageName(), name);
  }

  private static boolean within(String packageName, String name) {
    return packageName.equals(name) || packageName.startsWith(name + ".");
  }

  private static String sentenceOf(Set<String> parts) {
    return parts.isEmpty() ? "no other part" : parts.stream().sorted().collect(joining(", "));
  }
}
