package io.tidegate.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tidegate.conversation.SideEffect;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.tool.http.Answer;
import io.tidegate.tool.http.BadRedirect;
import io.tidegate.tool.http.Content;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a try of a call means, by the effect of its tool.
 *
 * <p>A {@code read} or {@code idempotent} call may be sent again whenever that could help. A {@code
 * write} may be sent again only if no byte of it was sent. Of a write that was sent:
 *
 * <ul>
 *   <li>no answer, or a broken one: UNKNOWN;
 *   <li>502, 504, 520, 524: UNKNOWN, as a proxy says them that lost the tool's own answer;
 *   <li>500, 503 and the rest of 5xx: FAILED. They are the tool's own word that it did not do it; a
 *       proxy says 503 when it passed nothing on. A tool that leaves effects behind when it answers
 *       500 breaks its contract, and asking a person about each 500 would teach people to click.
 *   <li>4xx: FAILED, never sent again, as only the tool knows what made it say 408 or 429.
 * </ul>
 *
 * <p>An answer whose JSON says {@code "isError": true} at its top, as results of MCP tools do, is
 * the tool's own word that it failed, whatever its status.
 */
final class TryPolicy {
  private static final Set<Integer> PASSING = Set.of(408, 429);
  private static final Set<Integer> LOST_BY_PROXY = Set.of(502, 504, 520, 524);
  private static final int NOT_IMPLEMENTED = 501;

  private TryPolicy() {}

  /** What follows from a try. */
  sealed interface Next {
    record Done(Outcome outcome, JsonNode result, @Nullable FailureClass failure) implements Next {}

    /**
     * Another try, if there is time and there are tries left.
     *
     * @param retryAfter how long the tool asked to wait, as it wrote it, or null
     */
    record Again(Done otherwise, @Nullable String retryAfter) implements Next {}
  }

  static Next answered(SideEffect effect, Answer answer) {
    if (answer.ok()) {
      return read(effect, answer);
    }
    if (answer.redirect()) {
      return failed(
          "The tool answered %d, a redirect, and its configuration follows none."
              .formatted(answer.status()));
    }
    boolean lost = effect == SideEffect.WRITE && LOST_BY_PROXY.contains(answer.status());
    var done =
        new Next.Done(
            lost ? Outcome.UNKNOWN : Outcome.FAILED, error(answer, lost), failure(answer));
    return effect != SideEffect.WRITE && passing(answer.status())
        ? new Next.Again(done, answer.retryAfter())
        : done;
  }

  /** That a server can't serve is one thing, that it says no is another. */
  private static FailureClass failure(Answer answer) {
    boolean unfit = answer.status() >= 500 && answer.status() != NOT_IMPLEMENTED;
    return unfit ? FailureClass.TRANSPORT : FailureClass.TOOL_ERROR;
  }

  static Next broken(SideEffect effect, boolean sent, Throwable failure) {
    if (failure instanceof BadRedirect) {
      return failed("The tool's redirect was not followed: " + failure.getMessage() + ".");
    }
    if (!sent) {
      return new Next.Again(lost("The tool can't be reached: " + reason(failure) + "."), null);
    }
    return effect == SideEffect.WRITE
        ? new Next.Done(Outcome.UNKNOWN, unknown("The connection broke"), FailureClass.TRANSPORT)
        : new Next.Again(lost("The connection broke before the tool had answered in full."), null);
  }

  /** What a call comes to whose time is over. */
  static Next.Done expired(SideEffect effect, boolean sent, long timeoutMs) {
    if (effect == SideEffect.WRITE && sent) {
      return new Next.Done(
          Outcome.UNKNOWN,
          unknown("The tool did not answer within " + timeoutMs + " ms"),
          FailureClass.TIMEOUT);
    }
    String sentence = "The tool did not answer within " + timeoutMs + " ms.";
    if (effect == SideEffect.IDEMPOTENT && sent) {
      sentence += " The call may have taken effect.";
    }
    return new Next.Done(Outcome.TIMED_OUT, Tool.Reply.error(sentence), FailureClass.TIMEOUT);
  }

  private static Next read(SideEffect effect, Answer answer) {
    try {
      if (answer.cut()) {
        return failed(tooLarge(answer) + done(effect, answer));
      }
      var content = Content.of(answer);
      return content.path("isError").asBoolean(false)
          ? new Next.Done(Outcome.FAILED, content, FailureClass.TOOL_ERROR)
          : new Next.Done(Outcome.SUCCEEDED, content, null);
    } catch (Content.Unreadable e) {
      return failed("The tool " + e.getMessage() + "." + done(effect, answer));
    }
  }

  private static String tooLarge(Answer answer) {
    String size = answer.length() < 0 ? "it has more" : "it has " + answer.length();
    return "The tool's result is larger than the %d bytes that are read (%s): ask for less."
        .formatted(answer.body().length(), size);
  }

  /** Keeps a model from repeating what took effect but can't be read. */
  private static String done(SideEffect effect, Answer answer) {
    return effect == SideEffect.READ
        ? ""
        : " It answered " + answer.status() + ", so the call took effect; don't repeat it.";
  }

  private static boolean passing(int status) {
    return PASSING.contains(status) || (status >= 500 && status != NOT_IMPLEMENTED);
  }

  private static Next.Done failed(String sentence) {
    return new Next.Done(Outcome.FAILED, Tool.Reply.error(sentence), FailureClass.TOOL_ERROR);
  }

  private static Next.Done lost(String sentence) {
    return new Next.Done(Outcome.FAILED, Tool.Reply.error(sentence), FailureClass.TRANSPORT);
  }

  private static JsonNode unknown(String what) {
    return Tool.Reply.error(
        what + " after the call had been sent: nobody knows whether it took effect.");
  }

  private static JsonNode error(Answer answer, boolean lost) {
    String sentence = "The tool answered " + answer.status() + ".";
    return JsonNodeFactory.instance
        .objectNode()
        .put("error", lost ? sentence + " Nobody knows whether the call took effect." : sentence)
        .put("status", answer.status())
        .set("body", Content.excerpt(answer));
  }

  /** The kind of failure; addresses are not for models. */
  private static String reason(Throwable failure) {
    return switch (failure) {
      case UnknownHostException _ -> "its host is not known";
      case ConnectException _ -> "the connection was refused or not made in time";
      case SSLException _ -> "the TLS handshake failed";
      case TimeoutException _ -> "no connection was to be had in time";
      default -> "the connection failed";
    };
  }
}
