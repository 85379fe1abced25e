package dev.terrace.torture;

import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;

/// What is done to instances or to Redis. One thread inflicts each.
interface Harm {
  /// Does one kind of harm, and undoes it; early if the end comes.
  void inflict(RandomGenerator random, CountDownLatch end) throws Exception;
}
