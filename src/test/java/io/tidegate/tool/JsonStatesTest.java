package io.tidegate.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.run.States;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonStatesTest {
  private static final Json SCHEMA =
      new Json("{'type':'object','properties':{'n':{'type':'integer'}}}".replace('\'', '"'));

  private final JsonStates states = new JsonStates();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                      | a       | 1 | {'a':1}",
        "{'a':0,'b':2}           | a       | 1 | {'a':1,'b':2}",
        "{}                      | a.b.c   | 1 | {'a':{'b':{'c':1}}}",
        "{'a':null}              | a.b     | 1 | {'a':{'b':1}}",
        "{'a':{'x':2}}           | a.b     | 1 | {'a':{'x':2,'b':1}}",
        "{}                      | a[]     | 1 | {'a':[1]}",
        "{'a':[0]}               | a[]     | 1 | {'a':[0,1]}",
        "{'a':{'b':null}}        | a.b[]   | 1 | {'a':{'b':[1]}}",
        "{'big':1.10,'a':[]}     | a[]     | 2.50 | {'big':1.10,'a':[2.50]}",
      })
  void aValueIsWrittenAtItsPath(String state, String path, String value, String expected) {
    var changed = states.write(json(state), path, json(value), null);
    assertThat(changed.problems()).isEmpty();
    assertThat(changed.state()).isEqualTo(json(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a':5}      | a.b   | 'a' in 'a.b' is no object",
        "{'a':{}}     | a[]   | 'a' is no array",
      })
  void whatIsInTheWayIsSaid(String state, String path, String problem) {
    var changed = states.write(json(state), path, json("1"), null);
    assertThat(changed.problems()).containsExactly(problem);
    assertThat(changed.state()).isEqualTo(json(state));
  }

  /** The examples of RFC 7396, appendix A, whose patch is an object. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a':'b'}               | {'a':'c'}              | {'a':'c'}",
        "{'a':'b'}               | {'b':'c'}              | {'a':'b','b':'c'}",
        "{'a':'b'}               | {'a':null}             | {}",
        "{'a':'b','b':'c'}       | {'a':null}             | {'b':'c'}",
        "{'a':['b']}             | {'a':'c'}              | {'a':'c'}",
        "{'a':'c'}               | {'a':['b']}            | {'a':['b']}",
        "{'a':{'b':'c'}}         | {'a':{'b':'d','c':null}} | {'a':{'b':'d'}}",
        "{'a':[{'b':'c'}]}       | {'a':[1]}              | {'a':[1]}",
        "{'e':null}              | {'a':1}                | {'e':null,'a':1}",
        "{}                      | {'a':{'bb':{'ccc':null}}} | {'a':{'bb':{}}}",
      })
  void aMergePatchDoesWhatItsStandardSays(String state, String patch, String expected) {
    assertThat(states.merge(json(state), json(patch), null).state()).isEqualTo(json(expected));
  }

  @Test
  void aStateThatBreaksItsSchemaIsRefusedWithItsPath() {
    var before = json("{'n':1}");
    for (var changed :
        java.util.List.of(
            states.write(before, "n", json("'x'"), SCHEMA),
            states.merge(before, json("{'n':'x'}"), SCHEMA))) {
      assertThat(changed.state()).isEqualTo(before);
      assertThat(changed.problems()).singleElement().asString().contains("/n");
    }
    assertThat(states.check(before, SCHEMA).problems()).isEmpty();
    assertThat(states.check(json("{'n':'x'}"), SCHEMA).problems()).hasSize(1);
    assertThat(states.check(json("[1]"), null).problems()).hasSize(1);
  }

  @Test
  void aStateHasABound() {
    var most = "x".repeat(States.MOST_BYTES - "{\"a\":\"\"}".length());
    assertThat(states.write(Json.EMPTY_OBJECT, "a", Json.string(most), null).problems()).isEmpty();
    assertThat(states.write(Json.EMPTY_OBJECT, "a", Json.string(most + "x"), null).problems())
        .singleElement()
        .asString()
        .contains("65536");
  }

  private static Json json(String text) {
    return new Json(text.replace('\'', '"'));
  }
}
