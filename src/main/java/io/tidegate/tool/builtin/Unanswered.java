package io.tidegate.tool.builtin;

import com.fasterxml.jackson.databind.JsonNode;

/** A tool that people answer: there is nothing to execute. */
public final class Unanswered implements BuiltIn {
  @Override
  public JsonNode call(JsonNode args) throws BadInput {
    throw new BadInput("Only a person can answer this.");
  }
}
