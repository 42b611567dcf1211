package io.tidegate.loop;

/**
 * An event at its place in a session's journal.
 *
 * @param seq its position, from 1 without gaps
 * @param at when it was written, in milliseconds since 1970
 * @param run the run it belongs to, or empty if it belongs to the session
 * @param event what happened
 * @param tag what its writer marks its entries with, or 0: a log that lost its end may have got
 *     another entry at the same place, by another writer
 */
public record Entry(long seq, long at, String run, Event event, int tag) {
  /** An entry whose writer has no tag. */
  public Entry(long seq, long at, String run, Event event) {
    this(seq, at, run, event, 0);
  }

  /** Whether the one of that place and tag may be this one: tags that are not known say nothing. */
  public boolean mayBe(long otherSeq, int otherTag) {
    return seq == otherSeq && (tag == otherTag || tag == 0 || otherTag == 0);
  }
}
