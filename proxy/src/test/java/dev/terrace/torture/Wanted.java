package dev.terrace.torture;

import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// A purge as it is asked for, and what it covers.
///
/// @param path of the page for the method PURGE; empty for a POST of `json`
record Wanted(String path, String json, boolean isSoft, List<Page> covered) {
  /// One purge in so many covers everything; more would leave nothing to hit.
  private static final int EVERYTHING_SHARE = 40;

  private static final int SOFT_SHARE = 8;

  static Wanted any(RandomGenerator random) {
    boolean isSoft = random.nextInt(SOFT_SHARE) == 0;
    if (random.nextInt(EVERYTHING_SHARE) == 0) {
      return json("\"everything\":true", isSoft, _ -> true);
    }
    Page page = Page.ALL.get(random.nextInt(Page.COUNT));
    int section = page.section();
    int number = page.number();
    return switch (random.nextInt(7)) {
      case 0, 1 -> new Wanted(page.path(), "", isSoft, List.of(page));
      case 2 -> json("\"urls\":[\"" + page.path() + "\"]", isSoft, page::equals);
      case 3 -> json("\"tags\":[\"s" + section + "\"]", isSoft, one -> one.section() == section);
      case 4 -> json("\"tags\":[\"n" + number + "\"]", isSoft, one -> one.number() == number);
      case 5 ->
          json(
              "\"prefixes\":[\"/s" + section + "/n" + number + "\"]",
              isSoft,
              one -> one.path().startsWith("/s" + section + "/n" + number));
      default ->
          json("\"patterns\":[\"/*/n" + number + ".html\"]", isSoft, one -> one.number() == number);
    };
  }

  /// Of one page.
  static Wanted of(Page page) {
    return new Wanted(page.path(), "", false, List.of(page));
  }

  private static Wanted json(String scope, boolean isSoft, Predicate<Page> covers) {
    return new Wanted(
        "",
        "{" + scope + (isSoft ? ",\"soft\":true}" : "}"),
        isSoft,
        Page.ALL.stream().filter(covers).toList());
  }

  @Override
  public String toString() {
    return path.isEmpty() ? json : "PURGE " + path + (isSoft ? " soft" : "");
  }
}
