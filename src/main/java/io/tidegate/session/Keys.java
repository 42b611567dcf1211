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

  /** What spans sessions and must change in one step lies in one slot. */
  private static final String GATEWAY = "tg:{gateway}:";

  /** The incarnations that live, by the time when their leases run out. */
  static final String LIVING = GATEWAY + "living";

  /** The incarnations that are dead and not buried, by the time when they were declared so. */
  static final String DEAD = GATEWAY + "dead";

  /** When somebody last looked who is dead. */
  static final String LOOKED = GATEWAY + "looked";

  /** The places of the sessions that wait for a process, in their order. */
  static final String LINE = GATEWAY + "line";

  /** The place of each session that waits or was taken. */
  static final String PLACES = GATEWAY + "places";

  /** Whose turn it is: priorities and tenants. */
  static final String TURNS = GATEWAY + "turns";

  /** The tenants that were served last, by when that was in ticks. */
  static final String SERVED = GATEWAY + "served";

  /** Counts arrivals in the line and servings. */
  static final String TICKS = GATEWAY + "ticks";

  /** The sessions that were taken and not started, by the time when they come back. */
  static final String TAKEN = GATEWAY + "taken";

  /** How many runs of each tenant run at all incarnations together. */
  static final String TOTALS = GATEWAY + "totals";

  /** How many runs of each tenant an incarnation has running. */
  static String running(String incarnation) {
    return GATEWAY + "running:" + incarnation;
  }

  /** The channel on which an incarnation is told something. */
  static String channel(String incarnation) {
    return "tg:to:" + incarnation;
  }

  /** The tenants that have sessions. */
  static final String TENANTS = "tg:tenants";

  /** The replica that deletes what was kept long enough. */
  static final String SWEEPER = "tg:sweeper";

  /** How many sorted sets the sessions share that have something to tell to webhooks. */
  static final int HOOK_SHARDS = 16;

  /** The sessions of a shard that may have something to tell, by the time to look at them. */
  static String hooks(int shard) {
    return "tg:hooks:{" + shard + "}";
  }

  /** The shard of a session. */
  static int hookShard(SessionId session) {
    return Math.floorMod(member(session).hashCode(), HOOK_SHARDS);
  }

  /** The field of a session's record that says how far a hook has come. */
  static String hook(String name) {
    return "hook:" + name;
  }

  /** What was done in a tenant, by the time when it was. */
  static String audit(String tenant) {
    return "tg:{audit:" + encode(tenant) + "}:deeds";
  }

  /** What is about to be done in a tenant, by the time when that was noted. */
  static String auditNotes(String tenant) {
    return "tg:{audit:" + encode(tenant) + "}:notes";
  }

  /** The replica that looks after the audit logs. */
  static final String AUDITOR = "tg:auditor";

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

  String snapshot() {
    return family() + session.id() + ":snapshot";
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

  /** A tenant's name without spaces, braces and the like. */
  static String encode(String tenant) {
    return URLEncoder.encode(tenant, StandardCharsets.UTF_8);
  }
}
