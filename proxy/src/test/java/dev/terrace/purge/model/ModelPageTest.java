package dev.terrace.purge.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// The decision page says how much is played.
final class ModelPageTest {
  private static final Path PAGE = Path.of("..", "docs", "decisions", "purges-across-instances.md");

  @Test
  void thePageCountsWorldsAndPlantedBugsAndNamesEachLargeWorld() throws IOException {
    String page = Files.readString(PAGE);

    assertThat(page)
        .contains(World.values().length + " worlds of one or two instances")
        .contains(Planted.values().length + " planted bugs")
        .contains(Planted.values().length + " guards");
    for (LargeWorld world : LargeWorld.values()) {
      String name = world.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      assertThat(page).contains("| " + name + " | ");
    }
  }
}
