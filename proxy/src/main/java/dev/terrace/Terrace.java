package dev.terrace;

import dev.terrace.admin.AdminApi;
import dev.terrace.config.Settings;
import dev.terrace.flow.CacheFlow;
import dev.terrace.flow.Exchange;
import dev.terrace.flow.HitPath;
import dev.terrace.flow.Parts;
import dev.terrace.flow.Policies;
import dev.terrace.layer.Expiry;
import dev.terrace.layer.LayerStack;
import dev.terrace.layer.memory.MemoryLayer;
import dev.terrace.observe.AccessLog;
import dev.terrace.observe.Metrics;
import dev.terrace.observe.Observer;
import dev.terrace.origin.TargetClient;
import dev.terrace.purge.PurgeTable;
import dev.terrace.server.Listener;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One Terrace, wired and running.
public final class Terrace implements AutoCloseable {
  // wiring follows in the next commit
}
