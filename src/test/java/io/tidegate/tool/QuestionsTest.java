package io.tidegate.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.run.Toolbox.Check;
import io.tidegate.run.Toolbox.Question;
import io.tidegate.tool.json.SchemaChecks;
import org.junit.jupiter.api.Test;

class QuestionsTest {
  private final ArgumentCheck arguments = new ArgumentCheck(new SchemaChecks());
  private final Questions questions = new Questions(new SchemaChecks());

  @Test
  void aQuestionAloneTakesAnyAnswer() {
    assertThat(of("{'question':'Which?'}")).isEqualTo(new Question("Which?", null));
  }

  @Test
  void theAnswerFollowsTheSchemaAndIsOneOfTheChoices() {
    assertThat(of("{'question':'Q','schema':{'type':'integer'}}").schema())
        .isEqualTo(json("{'type':'integer'}"));
    assertThat(of("{'question':'Q','choices':['a','b']}").schema())
        .isEqualTo(json("{'enum':['a','b']}"));
    assertThat(of("{'question':'Q','choices':['a'],'schema':{'type':'string'}}").schema())
        .isEqualTo(json("{'allOf':[{'type':'string'},{'enum':['a']}]}"));
  }

  @Test
  void whatTheModelAsksIsCheckedBeforeAPersonSeesIt() {
    assertThat(checked("{'question':'Q','schema':{'type':'integer'}}"))
        .isInstanceOf(Check.Valid.class);
    assertThat(checked("{'question':'Q','schema':{'type':'whatever'}}"))
        .isInstanceOfSatisfying(
            Check.Invalid.class,
            wrong -> assertThat(wrong.problem()).contains("The schema of the answer"));
    assertThat(checked("{'question':''}")).isInstanceOf(Check.Invalid.class);
    assertThat(checked("{'question':'Q','choices':[]}")).isInstanceOf(Check.Invalid.class);
  }

  private Check checked(String args) {
    var contract = BuiltIns.contracts().get("ask-user");
    return arguments.check(contract, json(args).text()) instanceof Check.Valid valid
        ? questions.checked(valid)
        : new Check.Invalid("its arguments are not right");
  }

  private static Question of(String args) {
    return Questions.of(json(args));
  }

  private static Json json(String text) {
    return new Json(text.replace('\'', '"'));
  }
}
