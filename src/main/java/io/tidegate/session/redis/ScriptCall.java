package io.tidegate.session.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A script with its keys and arguments. */
public final class ScriptCall {
  private final Script script;
  private final List<String> keys = new ArrayList<>();
  private final List<byte[]> args = new ArrayList<>();

  public ScriptCall(Script script) {
    this.script = script;
  }

  public ScriptCall keys(String... more) {
    keys.addAll(List.of(more));
    return this;
  }

  public ScriptCall arg(String arg) {
    return arg(arg.getBytes(StandardCharsets.UTF_8));
  }

  public ScriptCall arg(long arg) {
    return arg(Long.toString(arg));
  }

  public ScriptCall arg(byte[] arg) {
    args.add(arg);
    return this;
  }

  String name() {
    return script.name();
  }

  /** By the script's digest: Redis may not know it. */
  Request byDigest() {
    return request(Request.cmd(Command.EVALSHA).arg(script.sha()));
  }

  Request bySource() {
    return request(Request.cmd(Command.EVAL).arg(script.source()));
  }

  private Request request(Request request) {
    request.arg(keys.size());
    keys.forEach(request::arg);
    args.forEach(request::arg);
    return request;
  }
}
