package dev.terrace.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.admin.Receipts.Asked;
import dev.terrace.admin.Receipts.Begun;
import dev.terrace.admin.Receipts.Receipt;
import dev.terrace.purge.Fence;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// How a purge that comes again under one id is told from another.
final class ReceiptsTest {
  private static final Asked TAG = new Asked(Set.of(new Scope.Tag("a")), Mode.HARD);

  private final Receipts receipts = new Receipts();
  private final Receipt receipt = new Receipt(200, Answer.object(), new Fence(1, 1));

  @Test
  void oneThatIsBeingAppliedIsNotBegunTwice() {
    assertThat(receipts.begin("one", TAG)).isInstanceOf(Begun.First.class);
    assertThat(receipts.begin("one", TAG)).isInstanceOf(Begun.UnderWay.class);
    assertThat(receipts.find("one")).isEmpty();
    receipts.keep("one", receipt);
    assertThat(receipts.begin("one", TAG)).isEqualTo(new Begun.Again(receipt));
  }

  @Test
  void oneThatFailedMayBeTriedAgain() {
    receipts.begin("one", TAG);
    receipts.abandon("one");
    assertThat(receipts.begin("one", TAG)).isInstanceOf(Begun.First.class);
    receipts.keep("one", receipt);
    receipts.abandon("one");
    assertThat(receipts.find("one")).contains(receipt);
  }

  @Test
  void theOldestAreForgottenPastTheLimit() {
    for (int i = 0; i <= Receipts.MAX_RECEIPTS; i++) {
      receipts.begin("id-" + i, TAG);
      receipts.keep("id-" + i, receipt);
    }
    assertThat(receipts.find("id-0")).isEmpty();
    assertThat(receipts.find("id-1")).contains(receipt);
  }
}
