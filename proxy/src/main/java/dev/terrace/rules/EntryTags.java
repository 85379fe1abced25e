package dev.terrace.rules;

import dev.terrace.http.Headers;
import dev.terrace.http.StructuredField;
import dev.terrace.http.StructuredField.Item;
import dev.terrace.http.StructuredField.Member;
import dev.terrace.http.StructuredField.StringItem;
import dev.terrace.http.Whitespace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The tags by which an entry can be purged: Surrogate-Key (words apart by spaces), Cache-Tag
/// (apart by commas), Cache-Groups (RFC 9875: a structured list of strings) and those of the rule.
/// A group is a tag like others to operators, and has a [GroupTag] beside it, by which the target
/// invalidates it.
final class EntryTags {
  private EntryTags() {}

  /// @param host of the response, as the target sees it
  /// @return empty if there are too many or one is too long: such an answer is not stored, since a
  ///   purge that could not find it would lie. What stands beside a group does not count
  static Optional<Set<String>> of(
      String host, Headers response, Optional<Rule> governing, StorePolicy.Bounds bounds) {
    Set<String> tags = new LinkedHashSet<>();
    governing.ifPresent(rule -> tags.addAll(rule.tags()));
    response.all("Surrogate-Key").forEach(line -> addSplit(tags, line, "[ \t]"));
    response.all("Cache-Tag").forEach(line -> addSplit(tags, line, ","));
    List<String> groups = groups(response, "Cache-Groups");
    tags.addAll(groups);
    boolean fits =
        tags.size() <= bounds.tags()
            && tags.stream().allMatch(tag -> bytes(tag) <= bounds.tagBytes());
    groups.forEach(group -> tags.add(GroupTag.of(host, group)));
    return fits ? Optional.of(tags) : Optional.empty();
  }

  /// The groups in this field; none if it is malformed.
  static List<String> groups(Headers response, String field) {
    List<String> groups = new ArrayList<>();
    for (Member member : response.joined(field).flatMap(StructuredField::list).orElse(List.of())) {
      if (member instanceof Item(StringItem(String group), _)) {
        groups.add(group);
      }
    }
    return groups;
  }

  private static void addSplit(Set<String> tags, String line, String separator) {
    for (String part : line.split(separator, -1)) {
      String tag = Whitespace.trimmed(part);
      if (!tag.isEmpty()) {
        tags.add(tag);
      }
    }
  }

  private static int bytes(String tag) {
    return tag.getBytes(StandardCharsets.UTF_8).length;
  }
}
