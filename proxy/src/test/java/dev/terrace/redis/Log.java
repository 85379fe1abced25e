package dev.terrace.redis;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/// What was logged from info upwards while it is open, by Terrace and by the client alike.
final class Log implements AutoCloseable {
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Level before = root.getLevel();
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  private Log() {
    appender.start();
    root.setLevel(Level.INFO);
    root.addAppender(appender);
  }

  static Log open() {
    return new Log();
  }

  /// Level and message of each line.
  List<String> lines() {
    return List.copyOf(appender.list).stream()
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  /// The lines about this server.
  List<String> about(RedisServer server) {
    return lines().stream().filter(line -> line.contains(":" + server.port())).toList();
  }

  /// Whether a line has a stack trace.
  boolean hasTraces() {
    return List.copyOf(appender.list).stream().anyMatch(event -> event.getThrowableProxy() != null);
  }

  @Override
  public void close() {
    root.detachAppender(appender);
    root.setLevel(before);
  }
}
