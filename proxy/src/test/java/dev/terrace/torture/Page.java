package dev.terrace.torture;

import java.util.ArrayList;
import java.util.List;

/// One of the pages that everything is about.
///
/// @param section there are [#SECTIONS]; `s3` is the tag of the fourth
/// @param number in its section; `n7` is the tag of the eighth of every section
record Page(int section, int number) {
  static final int SECTIONS = 8;
  static final int NUMBERS = 12;
  static final int COUNT = SECTIONS * NUMBERS;

  static final List<Page> ALL = all();

  private static List<Page> all() {
    List<Page> pages = new ArrayList<>();
    for (int section = 0; section < SECTIONS; section++) {
      for (int number = 0; number < NUMBERS; number++) {
        pages.add(new Page(section, number));
      }
    }
    return List.copyOf(pages);
  }

  /// Its place in [#ALL].
  int index() {
    return section * NUMBERS + number;
  }

  String path() {
    return "/s" + section + "/n" + number + ".html";
  }

  String tags() {
    return "s" + section + ", n" + number;
  }
}
