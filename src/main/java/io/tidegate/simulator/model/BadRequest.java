package io.tidegate.simulator.model;

/** A request that a real provider would refuse; the message is for the one who sent it. */
final class BadRequest extends RuntimeException {
  BadRequest(String message) {
    super(message);
  }
}
