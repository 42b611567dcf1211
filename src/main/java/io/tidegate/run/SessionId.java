package io.tidegate.run;

import java.util.regex.Pattern;

/**
 * Names a session of a tenant.
 *
 * @param tenant the tenant, {@code default} if the gateway has none
 * @param id the session; a fork's or child's id is its root's, a dot and a suffix
 */
public record SessionId(String tenant, String id) {
  private static final Pattern VALID =
      Pattern.compile("[A-Za-z0-9_-]{1,64}(\\.[A-Za-z0-9_-]{1,64}){0,8}");

  public SessionId {
    if (!valid(id)) {
      throw new IllegalArgumentException(
          "a session id is 1 to 64 letters, digits, '_' or '-', was '" + id + "'");
    }
  }

  public static boolean valid(String id) {
    return VALID.matcher(id).matches();
  }

  /**
   * The session at the root of the family, whose slot in Redis all its forks and children share.
   */
  public String root() {
    int dot = id.indexOf('.');
    return dot < 0 ? id : id.substring(0, dot);
  }

  @Override
  public String toString() {
    return tenant + "/" + id;
  }
}
