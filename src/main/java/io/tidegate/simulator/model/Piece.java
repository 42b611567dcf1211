package io.tidegate.simulator.model;

/** One piece of a streamed reply, whatever protocol it goes by. */
sealed interface Piece {
  /** A piece of the model's reasoning. */
  record Think(String text) implements Piece {}

  /** A piece of its text. */
  record Say(String text) implements Piece {}

  /** A piece of its refusal. */
  record Refuse(String text) implements Piece {}

  /** A tool call begins. */
  record Open(int index, String id, String tool) implements Piece {}

  /** A piece of a tool call's arguments. */
  record Args(int index, String fragment) implements Piece {}
}
