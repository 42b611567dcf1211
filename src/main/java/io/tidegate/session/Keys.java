package io.tidegate.session;

import io.tidegate.run.SessionId;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The names of a session's keys. All keys of a family carry the hash tag <code>{tenant:root}</code>
 * , so that one script may touch them together; a tenant's name is percent-encoded in them, so none
 * can reach into another's.
 */
record Keys(SessionId session) {
  /** The sessions that an incarnation has under way, by the time when that was noted. */
  static String owned(String incarnation) {
    return "tg:owned:" + incarnation;
  }

  /** The sessions that want to be named at a time, by that time. */
  static final String ALARMS = "tg:alarms";

  /** What a ping writes. */
  static final String PING = "tg:ping";

  /** The sessions of a tenant, by the time when they were made. */
  static String index(String tenant) {
    return "tg:idx:" + encode(tenant);
  }

  /** The sessions of a tenant in which calls wait for people, by the time when they asked. */
  static String inbox(String tenant) {
    return "tg:inbox:" + encode(tenant);
  }

  /** The session as a member of an index. */
  static String member(SessionId session) {
    return encode(session.tenant()) + "/" + session.id();
  }

  static SessionId session(String member) {
    int slash = member.indexOf('/');
    var tenant = URLDecoder.decode(member.substring(0, slash), StandardCharsets.UTF_8);
    return new SessionId(tenant, member.substring(slash + 1));
  }

  String log() {
    return family() + session.id() + ":log";
  }

  String meta() {
    return family() + session.id() + ":meta";
  }

  String blob(String digest) {
    return blobs() + digest;
  }

  String referrers(String digest) {
    return blob(digest) + ":refs";
  }

  /** What the names of the family's blobs begin with. */
  String blobs() {
    return family() + "blob:";
  }

  private String family() {
    return "tg:{" + encode(session.tenant()) + ":" + session.root() + "}:";
  }

  private static String encode(String tenant) {
    return URLEncoder.encode(tenant, StandardCharsets.UTF_8);
  }
}
