"""The final asks about peer support: its key cannot be told by how the options are put."""

import re

import pytest

from tests.shipped import content
from tests.shipped.guessing import Voice, ends_in_a_question, most_by, share_guessed

FINAL = content.bank("final")
QUIZ = [question for question in content.quiz_questions() if question["type"] in content.CHOICES]
SOFT = re.compile(
    r"\b(thank|glad|sorry|gentl|kind|together|help|hear|here|feel|sounds?|honoured|care|safe"
    r"|support|welcome)\w*",
    re.I,
)
LIMIT = re.compile(r"\b(can’t|don’t|won’t|not|rather not|never|no)\b", re.I)


def has_a_question(text):
    return "?" in text


def has_a_limit_and_a_question(text):
    return bool(LIMIT.search(text)) and has_a_question(text)


RULES = {
    "longest by words": (content.words, 0.40),
    "longest by letters": (len, 0.40),
    "shortest": (lambda text: -content.words(text), 0.45),
    "ends in a question": (ends_in_a_question, 0.40),
    "holds a question": (has_a_question, 0.40),
    "softest words": (lambda text: len(SOFT.findall(text)), 0.40),
    "a limit and a question": (has_a_limit_and_a_question, 0.40),
    "most “you”": (lambda text: len(re.findall(r"\byou", text.lower())), 0.42),
}


@pytest.mark.parametrize("rule", RULES)
def test_no_simple_rule_finds_the_key_of_the_final(rule):
    score, most = RULES[rule]
    assert share_guessed(FINAL, most_by(score)) <= most


@pytest.mark.parametrize("has", [has_a_question, has_a_limit_and_a_question])
def test_the_key_holds_a_question_no_more_often_than_the_others(has):
    keys = [question["options"][content.best(question)][0] for question in FINAL]
    options = [option[0] for question in FINAL for option in question["options"]]
    of_keys = sum(map(has, keys)) / len(keys)
    of_others = (sum(map(has, options)) - sum(map(has, keys))) / (len(options) - len(keys))
    assert of_keys <= of_others + 0.001


def tried_in_lessons():
    """The questions to try, in the form of a bank's."""
    return [
        {"options": [[option["text"], int(option["right"])] for option in tap["options"]]}
        for _code, tap in content.taps()
    ]


def share_guessed_by_module(questions, *, with_shape):
    """How often a guesser finds the key of a module's questions, having learnt from the others."""
    points = 0.0
    for module in {question["lesson"][0] for question in questions}:
        asked = [question for question in questions if question["lesson"][0] == module]
        others = [question for question in questions if question["lesson"][0] != module]
        points += share_guessed(asked, Voice(others, with_shape=with_shape).guess) * len(asked)
    return points / len(questions)


@pytest.mark.parametrize("with_shape", [False, True])
def test_whoever_knows_the_voice_of_the_whole_course_does_not_know_the_final(with_shape):
    voice = Voice([*QUIZ, *tried_in_lessons()], with_shape=with_shape)
    assert share_guessed(FINAL, voice.guess) < 0.45


@pytest.mark.parametrize("with_shape", [False, True])
def test_the_final_has_no_voice_of_its_own(with_shape):
    assert share_guessed_by_module(FINAL, with_shape=with_shape) < 0.55


def test_the_guesser_is_no_fool():
    # The quizzes teach as they ask, and may be guessed: if they could not be, the tests above
    # would prove nothing of the final.
    assert share_guessed_by_module(QUIZ, with_shape=True) > 0.55
