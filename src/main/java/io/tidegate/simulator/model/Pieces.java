package io.tidegate.simulator.model;

import io.tidegate.simulator.scenario.Answer;
import io.tidegate.simulator.scenario.Answer.Finish;
import io.tidegate.simulator.scenario.Pace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Cuts a reply into the pieces in which it is streamed. */
final class Pieces {
  private static final Pattern WORD = Pattern.compile("\\s*\\S+\\s*");
  private static final int FRAGMENT_CHARS = 16;

  private final Answer answer;
  private final Pace pace;
  private final List<Piece> pieces = new ArrayList<>();

  private Pieces(Answer answer) {
    this.answer = answer;
    this.pace = answer.pace();
  }

  /** The pieces in order; {@code idOf} gives the id of the call at an index. */
  static List<Piece> of(Answer answer, IntFunction<String> idOf) {
    var cut = new Pieces(answer);
    var calls = cut.calls(idOf);
    cut.texts(calls.size());
    cut.pieces.addAll(calls);
    return List.copyOf(cut.pieces);
  }

  private List<Piece> calls(IntFunction<String> idOf) {
    var made = new ArrayList<Piece>();
    for (int i = 0; i < answer.calls().size(); i++) {
      var call = answer.calls().get(i);
      made.add(new Piece.Open(i, idOf.apply(i), call.tool()));
      for (var fragment : evenly(call.args(), fragments(call.args()))) {
        made.add(new Piece.Args(i, fragment));
      }
    }
    return made;
  }

  private int fragments(String args) {
    return pace.frames() > 0 ? 2 : Math.max(2, args.length() / FRAGMENT_CHARS);
  }

  private void texts(int callPieces) {
    add(answer.think(), byWords(answer.think()), Piece.Think::new);
    boolean refused = answer.finish() == Finish.REFUSAL;
    int left = pace.frames() - callPieces - pieces.size();
    var said = pace.frames() > 0 ? evenly(answer.say(), Math.max(1, left)) : byWords(answer.say());
    add(answer.say(), said, refused ? Piece.Refuse::new : Piece.Say::new);
  }

  private void add(String whole, List<String> parts, Function<String, Piece> piece) {
    if (!whole.isEmpty()) {
      parts.forEach(part -> pieces.add(piece.apply(part)));
    }
  }

  private List<String> byWords(String text) {
    var words = WORD.matcher(text).results().map(MatchResult::group).toList();
    if (words.isEmpty()) {
      return List.of(text);
    }
    var groups = new ArrayList<String>();
    for (int from = 0; from < words.size(); from += pace.words()) {
      int to = Math.min(words.size(), from + pace.words());
      groups.add(String.join("", words.subList(from, to)));
    }
    return groups;
  }

  /** The text in so many parts of about one length, or in its characters if those are fewer. */
  static List<String> evenly(String text, int parts) {
    int[] points = text.codePoints().toArray();
    int count = Math.max(1, Math.min(parts, points.length));
    var even = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) points.length * i / count);
      int to = (int) ((long) points.length * (i + 1) / count);
      even.add(new String(points, from, to - from));
    }
    return even;
  }
}
