package io.tidegate.conversation;

import java.math.BigInteger;

/**
 * What a model target charges for a million tokens of each kind.
 *
 * @param input uncached input tokens
 * @param cachedInput input tokens read from the provider's cache
 * @param cacheWrite input tokens written to the provider's cache
 * @param output output tokens, reasoning included
 */
public record Price(Usd input, Usd cachedInput, Usd cacheWrite, Usd output) {
  public static final Price FREE = new Price(Usd.ZERO, Usd.ZERO, Usd.ZERO, Usd.ZERO);
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

  /** The cost of the usage, rounded up to a whole nano-dollar. */
  public Usd cost(Usage usage) {
    long uncached = Math.max(0, usage.input() - usage.cachedInput() - usage.cacheWrites());
    var nanos =
        times(uncached, input)
            .add(times(usage.cachedInput(), cachedInput))
            .add(times(usage.cacheWrites(), cacheWrite))
            .add(times(usage.output(), output));
    var rounded = nanos.add(MILLION).subtract(BigInteger.ONE).divide(MILLION);
    return new Usd(rounded.longValueExact());
  }

  /** What that many tokens can cost at most, whatever is read from or written to a cache. */
  public Usd atMost(long inputTokens, long outputTokens) {
    long dearest = Math.max(input.nanos(), Math.max(cachedInput.nanos(), cacheWrite.nanos()));
    return new Price(new Usd(dearest), Usd.ZERO, Usd.ZERO, output)
        .cost(new Usage(inputTokens, 0, 0, outputTokens, 0));
  }

  private static BigInteger times(long tokens, Usd perMillion) {
    return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(perMillion.nanos()));
  }
}
