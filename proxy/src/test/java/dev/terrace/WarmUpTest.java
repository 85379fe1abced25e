package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.terrace.redis.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Memory is full of what was asked for most before the first client asks, and of nothing that was
/// purged.
final class WarmUpTest {
  private static final Pattern WARM_UP =
      Pattern.compile(
          "\"warmup\" : \\{\\s*\"state\" : \"(\\w+)\",\\s*\"done\" : (\\d+),\\s*\"total\" : (\\d+)");
  private static final Pattern SIZE =
      Pattern.compile("\"memory\" : \\{\\s*\"enabled\" : true,\\s*\"size\" : (\\d+)");

  @TempDir Path temp;
  private final PathTarget target = new PathTarget();
  private final List<Instance> open = new ArrayList<>();

  @AfterEach
  void end() {
    open.reversed().forEach(Instance::close);
    target.close();
  }

  private record WarmUp(String state, int done, int total) {}

  private static WarmUp warmUp(Instance instance) {
    Matcher match = WARM_UP.matcher(instance.admin("GET", "/cache/stats").body());
    assertThat(match.find()).isTrue();
    return new WarmUp(
        match.group(1), Integer.parseInt(match.group(2)), Integer.parseInt(match.group(3)));
  }

  private static int entriesInMemory(Instance instance) {
    Matcher match = SIZE.matcher(instance.admin("GET", "/cache/stats").body());
    assertThat(match.find()).isTrue();
    return Integer.parseInt(match.group(1));
  }

  private Instance start(String... flags) {
    List<String> all = new ArrayList<>(List.of(target.flag()));
    all.addAll(List.of(flags));
    Instance instance = new Instance(all.toArray(String[]::new));
    open.add(instance);
    return instance;
  }

  private Instance startWarm(String... flags) {
    List<String> all = new ArrayList<>(List.of("--enable-cache-warmup"));
    all.addAll(List.of(flags));
    Instance instance = start(all.toArray(String[]::new));
    await().atMost(RedisStage.PATIENCE).until(() -> warmUp(instance).state().equals("done"));
    return instance;
  }

  private void stop(Instance instance) {
    instance.close();
    open.remove(instance);
  }

  private static String[] on(RedisServer redis) {
    return new String[] {
      "--enable-file-cache=false",
      "--enable-redis",
      "--redis-host=127.0.0.1",
      "--redis-port=" + redis.port(),
      "--redis-command-timeout=5s",
      "--purge-wait=15s",
      "--cache-rules=[{\"pattern\":\"/r/*\",\"layers\":[\"redis\"]}]"
    };
  }

  private String[] inFiles() {
    return new String[] {"--file-cache-dir=" + temp.resolve("files")};
  }

  private static List<String> paths(int count) {
    return IntStream.range(0, count).mapToObj(number -> "/page/" + number).toList();
  }

  @Test
  void whatWasHotBeforeIsInMemoryBeforeAnybodyAsks() {
    try (RedisServer redis = RedisServer.start()) {
      Instance before = startWarm(on(redis));
      RedisStage.awaitHit(before, "/r/contact/0");
      Visits.of(before, paths(50)).expectSound();
      stop(before);

      Instance after = startWarm(on(redis));

      assertThat(warmUp(after)).isEqualTo(new WarmUp("done", 50, 50));
      Visits visits = Visits.of(after, paths(50)).expectSound();
      assertThat(visits.answeredBy("HIT memory")).isEqualTo(50);
    }
  }

  @Test
  void nothingPurgedIsBroughtUp() {
    try (RedisServer redis = RedisServer.start()) {
      Instance before = startWarm(on(redis));
      RedisStage.awaitHit(before, "/r/contact/0");
      Visits.of(before, paths(10)).expectSound();
      stop(before);
      Instance between = start(on(redis));
      RedisStage.awaitHit(between, "/r/contact/0");
      assertThat(between.purge("/page/3").body()).contains("\"redis\" : \"applied\"");
      stop(between);

      Instance after = startWarm(on(redis));

      target.speakWith("New. ");
      assertThat(after.get("/page/3").body()).startsWith("New. ");
      assertThat(after.get("/page/4").cache()).isEqualTo("HIT memory");
      assertThat(after.get("/page/4").body()).isEqualTo(PathTarget.body("/page/4"));
    }
  }

  @Test
  void filesWarmUpWhereThereIsNoRedis() throws IOException {
    Instance before = startWarm(inFiles());
    Visits.of(before, paths(20)).expectSound();
    stop(before);
    Path list = temp.resolve("files").resolve("warm");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(list)))
        .isEqualTo("rw-------");

    Instance after = startWarm(inFiles());

    Visits visits = Visits.of(after, paths(20)).expectSound();
    assertThat(visits.answeredBy("HIT memory")).isEqualTo(20);
  }

  @Test
  void filesWarmUpWhereRedisIsAway() {
    try (RedisServer redis = RedisServer.start()) {
      String[] both = on(redis);
      both[0] = inFiles()[0];
      Instance before = startWarm(both);
      RedisStage.awaitHit(before, "/r/contact/0");
      Visits.of(before, paths(20)).expectSound();
      // It could not leave, so purges elsewhere wait for it, or name it.
      redis.kill();
      stop(before);

      Instance after = startWarm(both);

      Visits visits = Visits.of(after, paths(20)).expectSound();
      assertThat(visits.answeredBy("HIT memory")).isEqualTo(20);
    }
  }

  /// Others may have purged since, and had to tell nobody.
  @Test
  void filesOfAnInstanceThatLeftAreConfirmedWhileRedisIsAway() {
    try (RedisServer redis = RedisServer.start()) {
      String[] both = on(redis);
      both[0] = inFiles()[0];
      Instance before = startWarm(both);
      RedisStage.awaitHit(before, "/r/contact/0");
      Visits.of(before, paths(20)).expectSound();
      stop(before);
      redis.kill();

      Instance after = startWarm(both);

      Visits visits = Visits.of(after, paths(20)).expectSound();
      assertThat(visits.answeredBy("HIT memory")).isZero();
    }
  }

  @Test
  void theHottestComeAndNoMoreThanAreWanted() {
    String[] flags = {inFiles()[0], "--warmup-entries=3", "--cache-eviction=lru"};
    Instance before = startWarm(flags);
    Visits.of(before, paths(10)).expectSound();
    before.get("/page/2");
    stop(before);

    Instance after = startWarm(flags);

    assertThat(warmUp(after)).isEqualTo(new WarmUp("done", 3, 3));
    assertThat(entriesInMemory(after)).isEqualTo(3);
    List<String> hottest = List.of("/page/2", "/page/8", "/page/9");
    assertThat(Visits.of(after, hottest).answeredBy("HIT memory")).isEqualTo(3);
    assertThat(after.get("/page/5").cache()).isEqualTo("HIT file");
  }

  /// A list that nobody has written yet: who reads it waits.
  private Path endlessList() throws Exception {
    Path list = Files.createDirectories(temp.resolve("files")).resolve("warm");
    assertThat(new ProcessBuilder("mkfifo", list.toString()).start().waitFor()).isZero();
    return list;
  }

  private static void end(Path list) throws IOException {
    Files.newOutputStream(list).close();
  }

  @Test
  void readinessWaitsForItAndRequestsDoNot() throws Exception {
    Path list = endlessList();
    Instance patient = start(inFiles()[0], "--enable-cache-warmup", "--warmup-ready-timeout=10m");
    Instance.Got first = patient.get("/ready");
    assertThat(first.status()).isEqualTo(503);
    assertThat(first.body()).contains("warm-up");
    assertThat(patient.get("/page/1").status()).isEqualTo(200);

    end(list);

    await().atMost(RedisStage.PATIENCE).until(() -> patient.get("/ready").status() == 200);
    assertThat(warmUp(patient).state()).isEqualTo("done");
  }

  @Test
  void readinessWaitsForItNoLongerThanItMay() throws Exception {
    Path list = endlessList();
    Instance hurried = start(inFiles()[0], "--enable-cache-warmup", "--warmup-ready-timeout=1s");

    await().atMost(RedisStage.PATIENCE).until(() -> hurried.get("/ready").status() == 200);

    assertThat(warmUp(hurried).state()).isEqualTo("waiting");
    assertThat(hurried.get("/page/1").status()).isEqualTo(200);
    end(list);
  }

  @Test
  void aListThatIsNoneIsNoReasonNotToServe() throws IOException {
    Path files = Files.createDirectories(temp.resolve("files"));
    Files.writeString(files.resolve("warm"), "not a list");

    Instance instance = startWarm(inFiles());

    assertThat(warmUp(instance)).isEqualTo(new WarmUp("done", 0, 0));
    Visits.of(instance, paths(3)).expectSound();
  }
}
