package dev.terrace.purge.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.purge.Purge;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import org.junit.jupiter.api.Test;

final class UnwrittenTest {
  private static final int TOO_MANY = 10_001;

  private final Unwritten unwritten = new Unwritten();
  private long stamp;

  private void add(int count) {
    for (int i = 0; i < count; i++) {
      unwritten.add(new Purge(new Scope.Tag("t"), Mode.HARD, ++stamp));
    }
  }

  @Test
  void whatIsWrittenIsForgottenAndWhatCameMeanwhileIsNot() {
    add(3);
    Unwritten.Batch batch = unwritten.all();
    add(2);

    unwritten.written(batch);

    assertThat(unwritten.all().purges()).extracting(Purge::stamp).containsExactly(4L, 5L);
    assertThat(unwritten.all().overflown()).isFalse();
  }

  @Test
  void tooManyAreToBeWrittenAnewUntilTheyAre() {
    add(TOO_MANY);
    Unwritten.Batch batch = unwritten.all();
    assertThat(batch.overflown()).isTrue();

    unwritten.written(batch);

    assertThat(unwritten.all().overflown()).isFalse();
    assertThat(unwritten.all().purges()).isEmpty();
  }

  /// Those that the journal, being written anew, may not have any more.
  @Test
  void tooManyThatCameMeanwhileAreToBeWrittenAnewOnceMore() {
    add(TOO_MANY);
    Unwritten.Batch batch = unwritten.all();
    add(TOO_MANY);

    unwritten.written(batch);

    assertThat(unwritten.all().overflown()).isTrue();
  }
}
