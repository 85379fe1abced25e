package dev.terrace.purge.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class StateSetTest {
  private static final int STATES = 300_000;

  private final StateSet set = new StateSet();

  @Test
  void aStateIsNewOnce() {
    for (int number = 0; number < STATES; number++) {
      assertThat(set.add(state(number))).isTrue();
    }
    for (int number = 0; number < STATES; number++) {
      assertThat(set.add(state(number))).isFalse();
    }
    assertThat(set.size()).isEqualTo(STATES);
  }

  @Test
  void everyBitOfAStateCounts() {
    byte[] state = new byte[24];
    set.add(state);
    for (int bit = 0; bit < state.length * Byte.SIZE; bit++) {
      state[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertThat(set.add(state)).isTrue();
      state[bit / Byte.SIZE] = 0;
    }
  }

  private static byte[] state(int number) {
    return ByteBuffer.allocate(16).putInt(12, number).array();
  }
}
