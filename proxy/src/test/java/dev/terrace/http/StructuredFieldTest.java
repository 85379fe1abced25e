package dev.terrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.StructuredField.BareItem;
import dev.terrace.http.StructuredField.BooleanItem;
import dev.terrace.http.StructuredField.BytesItem;
import dev.terrace.http.StructuredField.DateItem;
import dev.terrace.http.StructuredField.DecimalItem;
import dev.terrace.http.StructuredField.DisplayStringItem;
import dev.terrace.http.StructuredField.InnerList;
import dev.terrace.http.StructuredField.IntegerItem;
import dev.terrace.http.StructuredField.Item;
import dev.terrace.http.StructuredField.Member;
import dev.terrace.http.StructuredField.StringItem;
import dev.terrace.http.StructuredField.TokenItem;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Parsing, as `structured.txt` has it: what was understood, spelled so that types show.
final class StructuredFieldTest {
  static Stream<Arguments> structured() {
    return Table.rows(StructuredFieldTest.class, "structured.txt", 5);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("structured")
  void parsesWhatTheGrammarAllows(
      String section, String sentence, String type, String text, String want) {
    Optional<String> found =
        switch (type) {
          case "item" -> StructuredField.item(text).map(StructuredFieldTest::spelled);
          case "list" ->
              StructuredField.list(text)
                  .map(
                      members ->
                          members.stream()
                              .map(StructuredFieldTest::spelled)
                              .collect(Collectors.joining(", ")));
          case "dictionary" ->
              StructuredField.dictionary(text)
                  .map(
                      members ->
                          members.entrySet().stream()
                              .map(entry -> entry.getKey() + "=" + spelled(entry.getValue()))
                              .collect(Collectors.joining(", ")));
          default -> throw new IllegalArgumentException(type);
        };
    assertThat(found.orElse("malformed")).as("%s: %s", section, sentence).isEqualTo(want);
  }

  @Test
  void writesStringsAndTokens() {
    assertThat(StructuredField.appendString(new StringBuilder(), "a\"b\\c\u00e4\n"))
        .hasToString("\"a\\\"b\\\\c??\"");
    assertThat(StructuredField.appendTokenOrString(new StringBuilder(), "no-store"))
        .hasToString("no-store");
    assertThat(StructuredField.appendTokenOrString(new StringBuilder(), "two words"))
        .hasToString("\"two words\"");
    assertThat(StructuredField.appendTokenOrString(new StringBuilder(), "5xx"))
        .hasToString("\"5xx\"");
    assertThat(StructuredField.appendTokenOrString(new StringBuilder(), "")).hasToString("\"\"");
  }

  private static String spelled(Member member) {
    return switch (member) {
      case Item item -> spelled(item.value()) + spelled(item.parameters());
      case InnerList list ->
          list.items().stream()
                  .map(StructuredFieldTest::spelled)
                  .collect(Collectors.joining(" ", "(", ")"))
              + spelled(list.parameters());
    };
  }

  private static String spelled(Map<String, BareItem> parameters) {
    return parameters.entrySet().stream()
        .map(entry -> ";" + entry.getKey() + "=" + spelled(entry.getValue()))
        .collect(Collectors.joining());
  }

  private static String spelled(BareItem item) {
    return switch (item) {
      case IntegerItem(long value) -> "int:" + value;
      case DecimalItem decimal -> "dec:" + decimal.value().toPlainString();
      case StringItem(String value) -> "str:" + value;
      case TokenItem(String value) -> "tok:" + value;
      case BytesItem(String base64) -> "bytes:" + base64;
      case BooleanItem(boolean value) -> "bool:" + value;
      case DateItem(long seconds) -> "date:" + seconds;
      case DisplayStringItem(String value) -> "disp:" + value;
    };
  }
}
