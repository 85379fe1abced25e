import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// What an ordinary Vert.x server costs: every request goes through its handlers, and the same file
/// is the answer. Nothing is cached, since nothing is fetched.
void main(String[] arguments) throws Exception {
  Buffer body = Buffer.buffer(Files.readAllBytes(Path.of(arguments[1])));
  String length = Integer.toString(body.length());
  Vertx.vertx()
      .createHttpServer()
      .requestHandler(
          request ->
              request
                  .response()
                  .putHeader("Content-Type", "application/octet-stream")
                  .putHeader("Content-Length", length)
                  .end(body))
      .listen(Integer.parseInt(arguments[0]), "127.0.0.1")
      .await();
}
