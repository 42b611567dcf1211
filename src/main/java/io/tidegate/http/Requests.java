package io.tidegate.http;

/** Hears of requests to the API when they are over, on their event loops; it must not block. */
public interface Requests {
  Requests UNHEARD = (_, _, _, _) -> {};

  /**
   * A request was answered, or its client left.
   *
   * @param route the path as OpenAPI writes it: no client can make more of them
   * @param nanos from the request's head to the end of the answer
   */
  void served(String method, String route, int status, long nanos);
}
