package io.tidegate.http;

import io.tidegate.run.Time;
import io.tidegate.stream.ClientSink;
import io.tidegate.stream.PublicEvent;
import io.tidegate.stream.Sse;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/**
 * A response of server-sent events. Events of one turn of the event loop go out in one write, and
 * so do those that come while a client is slow to take the write before: a write that waits takes
 * ten times as much as a small event. All on the event loop of the client's connection.
 */
final class SseStream implements ClientSink {
  /** What one write may hold. */
  private static final int WRITE_BYTES = 16 * 1024;

  /** With what a connection takes besides, a client that does not read takes twice as much. */
  private static final int BACKLOG_BYTES = 32 * 1024;

  private static final long KEEP_ALIVE_MS = 15_000;
  private static final long RETRY_MS = 1_000;

  private final HttpServerResponse response;
  private final Context eventLoop;
  private final Time time;
  private final Backlog backlog;

  private Buffer pending = Buffer.buffer();
  private boolean flushScheduled;
  private long generation = 1;
  private boolean quiet = true;
  private boolean over;
  private Runnable onOver = () -> {};
  private Time.Timer keepAlive;

  private SseStream(HttpServerRequest request, Context eventLoop, Time time) {
    this.response = request.response();
    this.eventLoop = eventLoop;
    this.time = time;
    this.backlog = new Backlog(BACKLOG_BYTES, eventLoop);
    begin(request.version());
    keepAlive = time.after(KEEP_ALIVE_MS, this::onKeepAlive);
  }

  /** Sends the head of the response. */
  static SseStream open(HttpServerRequest request, Context eventLoop, Time time) {
    return new SseStream(request, eventLoop, time);
  }

  /** Runs the task if the client closes the connection before the end. */
  void whenGone(Runnable task) {
    ClientGone.of(response).then(() -> onGone(task));
  }

  private void begin(HttpVersion version) {
    response.putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream; charset=utf-8");
    response.putHeader(HttpHeaders.CACHE_CONTROL, "no-cache, no-transform");
    response.putHeader("X-Accel-Buffering", "no");
    if (version != HttpVersion.HTTP_2) {
      response.setChunked(true);
    }
    write(Sse.retry(RETRY_MS));
  }

  @Override
  public void send(PublicEvent event) {
    if (over) {
      return;
    }
    if (pending.length() + event.json().length() + Sse.FRAME_BYTES > WRITE_BYTES) {
      flush();
    }
    int before = pending.length();
    Sse.append(event, generation, pending);
    backlog.hold(pending.length() - before);
    if (!flushScheduled) {
      flushScheduled = true;
      eventLoop.runOnContext(turn -> onTurn());
    }
  }

  private void onTurn() {
    if (backlog.empty()) {
      flushScheduled = false;
      flush();
    } else {
      backlog.whenEmpty(this::onTurn);
    }
  }

  private void flush() {
    if (over || pending.length() == 0) {
      return;
    }
    var bytes = pending;
    pending = Buffer.buffer();
    quiet = false;
    backlog.sent(bytes.length(), response.write(bytes));
  }

  private void write(Buffer bytes) {
    backlog.add(bytes.length(), response.write(bytes));
  }

  @Override
  public void generation(long current) {
    generation = current;
  }

  @Override
  public boolean full() {
    return backlog.full();
  }

  @Override
  public void whenRoom(Runnable task) {
    backlog.whenRoom(task);
  }

  private void onKeepAlive() {
    if (over) {
      return;
    }
    if (quiet && !backlog.full()) {
      write(Sse.keepAlive());
    }
    quiet = true;
    keepAlive = time.after(KEEP_ALIVE_MS, this::onKeepAlive);
  }

  @Override
  public void end() {
    if (over) {
      return;
    }
    flush();
    release();
    response.end();
  }

  /** Ends the stream: the client finds the rest elsewhere, after so many milliseconds. */
  void sendElsewhere(long retryMs) {
    if (!over) {
      flush();
      write(Sse.retry(retryMs));
      end();
    }
  }

  /** Runs the task when nothing more is sent, for whatever reason. */
  void whenOver(Runnable task) {
    onOver = task;
  }

  private void onGone(Runnable gone) {
    if (!over) {
      release();
      gone.run();
    }
  }

  private void release() {
    over = true;
    keepAlive.cancel();
    backlog.close();
    onOver.run();
  }
}
