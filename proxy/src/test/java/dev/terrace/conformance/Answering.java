package dev.terrace.conformance;

import java.io.IOException;

/// Lets a scripted target answer by itself: each request on a thread of its own.
final class Answering implements AutoCloseable {
  @FunctionalInterface
  interface Answers {
    void answer(Asked asked) throws IOException, InterruptedException;
  }

  private final Thread taking;

  Answering(ScriptedTarget target, Answers answers) {
    taking =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    while (true) {
                      Asked asked = target.asked().take();
                      Thread.ofVirtual().start(() -> answer(answers, asked));
                    }
                  } catch (InterruptedException e) {
                    // close() ends it.
                  }
                });
  }

  private static void answer(Answers answers, Asked asked) {
    try {
      answers.answer(asked);
    } catch (IOException e) {
      // Whoever asked has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    taking.interrupt();
  }
}
