package io.tidegate.app;

import static java.util.Map.entry;

import java.util.Map;

/** A configuration whose one model does as the input says, with tools of every kind. */
final class TestConfig {
  private TestConfig() {}

  static Map<String, String> files(String simulator) {
    return Map.ofEntries(
        entry("models.yaml", models(simulator)),
        entry("tools.yaml", TOOLS.replace("SIMULATOR", simulator)),
        entry("agents/tester.yaml", TESTER),
        entry("agents/careful.yaml", CAREFUL),
        entry("agents/hasty.yaml", HASTY),
        entry("agents/frugal.yaml", FRUGAL),
        entry("agents/slow.yaml", "model: slow\ntools: [echo, sleep, write]\n"),
        entry("agents/chatter.yaml", CHATTER),
        entry("agents/flood.yaml", "model: flood\ntools: [echo]\nlimits: {steps: 1000}\n"),
        entry("agents/reader.yaml", "model: reader\n"),
        entry("agents/typed.yaml", TYPED),
        entry("agents/verified.yaml", TYPED + "stream: verified\n"),
        entry("agents/patient.yaml", PATIENT),
        entry("agents/buyer.yaml", "model: dear\ntools: [echo, paid]\nlimits: {steps: 50}\n"),
        entry("agents/tearful.yaml", "model: torn\ntools: [echo]\n"),
        entry("agents/thrifty.yaml", "model: stubborn\ntools: [echo, sleep]\n"));
  }

  /** Every model of the tests at one provider's address; breakers stay out of what tests break. */
  static String models(String base) {
    return MODELS.replace("SIMULATOR", base);
  }

  /** Scenarios of the simulator besides its own, by file name. */
  static Map<String, String> scenarios() {
    return Map.of("flood.yaml", FLOOD, "reader.yaml", READER, "stubborn.yaml", STUBBORN);
  }

  /** Says a lot, turn after turn. */
  private static final String FLOOD =
      """
      name: flood
      pace: {first: 0, every: 0, words: 50}
      rules:
        - when: turn < $number(input)
          say: "{{ $join([10000..19999].('word' & $string($) & ' ')) }}"
          call: [{tool: echo, args: '{"turn": turn}'}]
        - say: That was a lot.
      """;

  /** Says how much it was told. */
  private static final String READER =
      """
      name: reader
      rules:
        - say: "Read {{ $length(input) }} characters."
      """;

  /** Does as its first input says, whatever else it is told. */
  private static final String STUBBORN =
      """
      name: stubborn
      let:
        - script: $eval(inputs[0])
        - step: ($turn := turns; $script[$turn])
      rules:
        - when: $exists($step)
          say: "{{ $step.say }}"
          call: $step.call
        - say: Done.
      """;

  private static final String MODELS =
      """
      providers:
        sim: {protocol: openai-chat, base-url: "SIMULATOR/v1"}
        claude: {protocol: anthropic, base-url: "SIMULATOR"}
      models:
        script:
          targets:
            - {provider: sim, model: script, price: {input: "1", output: "2"}, retry: {attempts: 2, budget: 100%}, breaker: {calls: 1000, minimum-calls: 1000}}
            - {provider: claude, model: script, price: {input: "3", output: "4"}, breaker: {calls: 1000, minimum-calls: 1000}}
        slow:
          targets: [{provider: sim, model: "script?first=20&every=40&words=1", price: {input: "1", output: "2"}}]
        chatter:
          targets: [{provider: sim, model: chatter}]
        flood:
          targets: [{provider: sim, model: flood}]
        reader:
          targets: [{provider: sim, model: reader}]
        dear:
          targets:
            - {provider: sim, model: "script?tokens=bytes", max-output: 300, price: {input: "20", output: "100"}}
        torn:
          targets:
            - {provider: sim, model: "script?tokens=bytes&fail=cut&times=1", max-output: 300, price: {input: "20", output: "100"}, retry: {attempts: 3}}
        stubborn:
          targets: [{provider: sim, model: stubborn, price: {input: "100", output: "1000"}}]
      """;

  private static final String TOOLS =
      """
      tools:
        echo:
          description: Says back what it is given
          http: {method: POST, url: "SIMULATOR/tools/echo"}
          input: {type: object}
          effect: read
          timeout: 5s
        paid:
          description: Says back what it is given, for money
          http: {method: POST, url: "SIMULATOR/tools/echo"}
          input: {type: object}
          effect: read
          timeout: 5s
          price: "0.25"
        sleep:
          description: Takes its time
          http: {method: POST, url: "SIMULATOR/tools/sleep"}
          input: {type: object, properties: {ms: {type: integer}}, required: [ms]}
          effect: read
          timeout: 5s
        hang:
          description: Never answers
          http: {method: POST, url: "SIMULATOR/tools/hang"}
          input: {type: object}
          effect: read
          timeout: 300ms
          retry: {attempts: 1}
        big:
          description: Answers a lot
          http: {method: POST, url: "SIMULATOR/tools/big"}
          input: {type: object, properties: {bytes: {type: integer}}}
          effect: read
          timeout: 10s
        write:
          description: Does something each time
          http: {method: POST, url: "SIMULATOR/tools/write"}
          input: {type: object}
          effect: write
          timeout: 2s
        slow-write:
          description: Does something each time, slowly
          http: {method: POST, url: "SIMULATOR/tools/sleep"}
          input: {type: object}
          effect: write
          timeout: 300ms
      """;

  private static final String TESTER =
      """
      model: script
      tools: [echo, sleep, hang, big, write, slow-write, clock, arithmetic]
      limits: {steps: 5000, tool-calls: 20000, parallel: 16, deadline: 10m}
      """;

  private static final String FRUGAL =
      """
      model: script
      tools: [echo]
      limits: {tool-calls: 40, parallel: 16}
      """;

  private static final String CHATTER =
      """
      model: chatter
      tools: [echo]
      limits: {steps: 5000, tool-calls: 5000}
      """;

  private static final String TYPED =
      """
      model: stubborn
      tools: [echo]
      output:
        attempts: 2
        schema: {type: object, properties: {total: {type: integer}}, required: [total]}
      """;

  private static final String PATIENT =
      """
      model: stubborn
      tools: [echo, sleep]
      on-failure: suspend
      """;

  private static final String HASTY =
      """
      model: script
      tools: [echo, write]
      rules:
        - {when: "tool == 'write'", then: ask, expires: 1s}
      """;

  private static final String CAREFUL =
      """
      model: script
      tools: [echo, write]
      rules:
        - {when: "tool == 'write' && args.amount > 1000.0", then: ask, expires: 1h}
        - {when: "tool == 'write' && args.amount < 0", then: deny}
      """;
}
