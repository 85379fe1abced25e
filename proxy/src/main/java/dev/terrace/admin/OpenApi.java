package dev.terrace.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The description of the admin API that it gives of itself, in the form of OpenAPI 3.2: the first
/// version that can tell of a method such as PURGE. A test holds every answer to it.
final class OpenApi {
  private static final String DOCUMENT = "openapi.json";

  /// How the document, as it is kept, begins every path below the admin path.
  private static final String STANDARD_PATH = "\"/cache";

  private OpenApi() {}

  /// @param adminPath under which the calls are
  static JsonNode document(String adminPath) {
    try (InputStream resource = OpenApi.class.getResourceAsStream(DOCUMENT)) {
      if (resource == null) {
        throw new IllegalStateException(DOCUMENT + " is missing beside " + OpenApi.class.getName());
      }
      String text = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
      return JsonMapper.shared().readTree(text.replace(STANDARD_PATH, "\"" + adminPath));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
