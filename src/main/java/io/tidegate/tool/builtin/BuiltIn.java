package io.tidegate.tool.builtin;

import com.fasterxml.jackson.databind.JsonNode;

/** A tool that is part of the gateway. Answers at once, without I/O. */
@FunctionalInterface
public interface BuiltIn {
  JsonNode call(JsonNode args) throws BadInput;
}
