package dev.terrace.http;

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
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The parsing algorithms of RFC 9651 §4.2, one method each, over one field value. Used once.
/// Longer than most files because the grammar is one piece.
final class StructuredFieldParser {
  private static final int MAX_INTEGER_DIGITS = 15;
  private static final int MAX_DECIMAL_WHOLE_DIGITS = 12;
  private static final int MAX_DECIMAL_FRACTION_DIGITS = 3;

  private final String text;
  private int next;

  StructuredFieldParser(String text) {
    this.text = text;
  }

  /// What does not parse; thrown and caught in this class alone.
  private static final class Malformed extends Exception {
    Malformed() {
      super("not a structured field", null, false, false);
    }
  }

  private interface Production<T> {
    T parse() throws Malformed;
  }

  Optional<List<Member>> list() {
    return whole(this::parseList);
  }

  Optional<Map<String, Member>> dictionary() {
    return whole(this::parseDictionary);
  }

  Optional<Item> item() {
    return whole(this::parseItem);
  }

  private <T> Optional<T> whole(Production<T> production) {
    try {
      skip(" ");
      T parsed = production.parse();
      skip(" ");
      return atEnd() ? Optional.of(parsed) : Optional.empty();
    } catch (Malformed _) {
      return Optional.empty();
    }
  }

  private List<Member> parseList() throws Malformed {
    List<Member> members = new ArrayList<>();
    while (!atEnd()) {
      members.add(parseMember());
      if (!parseComma()) {
        break;
      }
    }
    return List.copyOf(members);
  }

  private Map<String, Member> parseDictionary() throws Malformed {
    Map<String, Member> members = new LinkedHashMap<>();
    while (!atEnd()) {
      String key = parseKey();
      Member member =
          take('=') ? parseMember() : new Item(new BooleanItem(true), parseParameters());
      members.remove(key);
      members.put(key, member);
      if (!parseComma()) {
        break;
      }
    }
    return members;
  }

  /// Whether another member follows; a comma at the end is malformed.
  private boolean parseComma() throws Malformed {
    skip(" \t");
    if (atEnd()) {
      return false;
    }
    expect(take(','));
    skip(" \t");
    expect(!atEnd());
    return true;
  }

  private Member parseMember() throws Malformed {
    return take('(') ? parseInnerList() : parseItem();
  }

  private InnerList parseInnerList() throws Malformed {
    List<Item> items = new ArrayList<>();
    while (true) {
      skip(" ");
      if (take(')')) {
        return new InnerList(items, parseParameters());
      }
      items.add(parseItem());
      expect(peek() == ' ' || peek() == ')');
    }
  }

  private Item parseItem() throws Malformed {
    BareItem value = parseBareItem();
    return new Item(value, parseParameters());
  }

  private Map<String, BareItem> parseParameters() throws Malformed {
    Map<String, BareItem> parameters = new LinkedHashMap<>();
    while (take(';')) {
      skip(" ");
      String key = parseKey();
      BareItem value = take('=') ? parseBareItem() : new BooleanItem(true);
      parameters.remove(key);
      parameters.put(key, value);
    }
    return parameters;
  }

  private String parseKey() throws Malformed {
    int from = next;
    expect(isLower(peek()) || peek() == '*');
    while (isLower(peek()) || isDigit(peek()) || (!atEnd() && "_-.*".indexOf(peek()) >= 0)) {
      next++;
    }
    return text.substring(from, next);
  }

  private BareItem parseBareItem() throws Malformed {
    char c = peek();
    if (c == '-' || isDigit(c)) {
      return parseNumber();
    }
    if (c == '*' || Token.isAlpha(c)) {
      return parseToken();
    }
    next++;
    return switch (c) {
      case '"' -> parseString();
      case ':' -> parseBytes();
      case '?' -> parseBoolean();
      case '@' -> parseDate();
      case '%' -> parseDisplayString();
      default -> throw new Malformed();
    };
  }

  private BareItem parseNumber() throws Malformed {
    int from = next;
    take('-');
    int digits = next;
    skipDigits();
    int wholeDigits = next - digits;
    expect(wholeDigits > 0);
    if (peek() != '.') {
      expect(wholeDigits <= MAX_INTEGER_DIGITS);
      return new IntegerItem(Long.parseLong(text.substring(from, next)));
    }
    expect(wholeDigits <= MAX_DECIMAL_WHOLE_DIGITS);
    int fraction = ++next;
    skipDigits();
    expect(next > fraction && next - fraction <= MAX_DECIMAL_FRACTION_DIGITS);
    return new DecimalItem(new BigDecimal(text.substring(from, next)));
  }

  private BareItem parseToken() {
    int from = next;
    next = Token.end(text, from + 1);
    while (peek() == ':' || peek() == '/') {
      next = Token.end(text, next + 1);
    }
    return new TokenItem(text.substring(from, next));
  }

  private BareItem parseString() throws Malformed {
    StringBuilder value = new StringBuilder();
    while (!take('"')) {
      if (take('\\')) {
        expect(peek() == '"' || peek() == '\\');
      }
      expect(peek() >= ' ' && peek() < 0x7f);
      value.append(text.charAt(next++));
    }
    return new StringItem(value.toString());
  }

  private BareItem parseBytes() throws Malformed {
    int close = text.indexOf(':', next);
    expect(close >= 0);
    String base64 = text.substring(next, close);
    next = close + 1;
    try {
      Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException _) {
      throw new Malformed();
    }
    return new BytesItem(base64);
  }

  private BareItem parseBoolean() throws Malformed {
    char c = peek();
    expect(c == '0' || c == '1');
    next++;
    return new BooleanItem(c == '1');
  }

  private BareItem parseDate() throws Malformed {
    if (parseNumber() instanceof IntegerItem(long seconds)) {
      return new DateItem(seconds);
    }
    throw new Malformed();
  }

  private BareItem parseDisplayString() throws Malformed {
    expect(take('"'));
    ByteBuffer bytes = ByteBuffer.allocate(text.length() - next);
    while (!take('"')) {
      char c = peek();
      expect(c >= ' ' && c < 0x7f);
      next++;
      bytes.put(c == '%' ? parseHexOctet() : (byte) c);
    }
    try {
      return new DisplayStringItem(
          StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
    } catch (CharacterCodingException _) {
      throw new Malformed();
    }
  }

  private byte parseHexOctet() throws Malformed {
    expect(next + 2 <= text.length());
    String digits = text.substring(next, next + 2);
    expect(digits.chars().allMatch(c -> isDigit((char) c) || (c >= 'a' && c <= 'f')));
    next += 2;
    return (byte) HexFormat.fromHexDigits(digits);
  }

  private boolean atEnd() {
    return next >= text.length();
  }

  /// NUL at the end, which no production accepts.
  private char peek() {
    return atEnd() ? '\0' : text.charAt(next);
  }

  private boolean take(char c) {
    boolean found = !atEnd() && text.charAt(next) == c;
    next += found ? 1 : 0;
    return found;
  }

  private void skip(String characters) {
    while (!atEnd() && characters.indexOf(text.charAt(next)) >= 0) {
      next++;
    }
  }

  private void skipDigits() {
    while (isDigit(peek())) {
      next++;
    }
  }

  private static void expect(boolean holds) throws Malformed {
    if (!holds) {
      throw new Malformed();
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLower(char c) {
    return c >= 'a' && c <= 'z';
  }
}
