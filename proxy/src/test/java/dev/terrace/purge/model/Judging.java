package dev.terrace.purge.model;

import dev.terrace.purge.Fence;
import dev.terrace.purge.Fenced;
import dev.terrace.purge.Purge;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Verdict;
import dev.terrace.rules.UrlKey;
import java.util.Set;

/// What [PurgeTable] says of an entry of the current lineage, for the few stamps that occur in the
/// model. Each question is put to a real table once, and its answer kept: a table in every state
/// would make the model a hundred times slower.
final class Judging {
  private static final long LINEAGE = 1;
  private static final UrlKey URL = new UrlKey("a.example", "/");
  private static final int STAMP_BITS = 4;
  private static final int SEQ_BITS = 2;
  private static final Verdict[] VERDICTS = Verdict.values();

  /// The ordinal of the verdict plus 1; 0 where the table has not been asked.
  private final byte[] known = new byte[1 << 4 * STAMP_BITS + SEQ_BITS];

  /// @param position the stamp up to which purges are known
  /// @param hard the stamp of the newest hard purge of the entry; 0 if there is none
  /// @param soft likewise
  /// @param floorSeq the seq below which purges may be forgotten
  Verdict judge(int position, int hard, int soft, int floorSeq, int fence) {
    int question = position;
    question = question << STAMP_BITS | hard;
    question = question << STAMP_BITS | soft;
    question = question << STAMP_BITS | fence;
    question = question << SEQ_BITS | floorSeq;
    if (known[question] == 0) {
      known[question] = (byte) (ask(position, hard, soft, floorSeq, fence).ordinal() + 1);
    }
    return VERDICTS[known[question] - 1];
  }

  private static Verdict ask(int position, int hard, int soft, int floorSeq, int fence) {
    PurgeTable table = new PurgeTable(LINEAGE);
    if (hard > 0) {
      table.restore(new Purge(new Scope.Url(URL), PurgeTable.Mode.HARD, hard));
    }
    if (soft > 0) {
      table.restore(new Purge(new Scope.Url(URL), PurgeTable.Mode.SOFT, soft));
    }
    table.restore(position, (long) floorSeq << Stamps.LOC_BITS);
    return table.judge(new Fenced(new Fence(LINEAGE, fence), URL, Set.of()));
  }
}
