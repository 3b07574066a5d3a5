"""The shipped banks: sound records, all that is taught asked for, and a final of its own."""

import re
from collections import Counter

import pytest

from tests.shipped import content

SHARED = {"id", "type", "lesson", "comps", "level", "stem", "why"}
OWN = {
    "single": {"options"},
    "scenario": {"options"},
    "multi": {"options"},
    "truefalse": {"answer", "feedback"},
    "match": {"pairs", "extra"},
    "order": {"steps"},
    "short": {"accept", "model", "feedback"},
    "blank": {"answers", "feedback"},
}
MORE = {"help", "note", "must", "retry", "leads_to", "twin", "bank", "part"}
HEAVY = re.compile(r"suicid|\bkill|overdose|hurt (her|him|them)self|end his life|naloxone", re.I)
NEVER_HALF_RIGHT = {"B11", "B38", "B39", "P11"}
"""Where not asking, or bringing in nobody, once earned half a mark."""

RED_LINES = {
    "asking about suicide": {"A11", "A38"},
    "staying and bringing in help": {"A30", "A37", "A41"},
    "privacy and secrets": {"A35", "A36"},
    "no romance": {"A33"},
    "medicines": {"A34"},
    "overdose": {"A39"},
    "reporting": {"A40"},
    "discrimination": {"A58"},
}

QUESTIONS = content.all_questions()
FINAL = content.bank("final")
SIX = content.bank("fps-6")


def by_id():
    return {question["id"]: question for question in QUESTIONS}


def text_of(question):
    return " ".join(content.strings_in(question))


def worths(question):
    return [option[1] for option in question["options"]]


def each(questions):
    return pytest.mark.parametrize("question", questions, ids=lambda question: question["id"])


# Records -------------------------------------------------------------------------------------


def test_every_code_is_used_once():
    codes = [question["id"] for question in QUESTIONS]
    assert [code for code, times in Counter(codes).items() if times > 1] == []
    assert (len(FINAL), len(SIX)) == (60, 24)


@each(QUESTIONS)
def test_a_record_is_whole(question):
    kind = question["type"]
    assert SHARED | OWN[kind] <= question.keys() <= SHARED | OWN[kind] | MORE
    assert question["level"] in {1, 2, 3}
    assert question["comps"]
    assert set(question["comps"]) <= content.competency_codes()
    assert question["lesson"] in content.lessons()
    assert question.get("part", "1.1.1") in content.part_names()
    assert question.get("leads_to", "1.1.1") in content.part_names()
    assert question["stem"].strip()
    assert question["why"].strip()


@each(QUESTIONS)
def test_a_question_names_the_part_of_a_lesson_to_read_again(question):
    if len(content.parts(question["lesson"])) > 1:
        assert (question.get("leads_to") or question.get("part")) in content.part_names()
        assert question.get("part", question["lesson"]).startswith(question["lesson"])


def test_a_red_line_of_a_quiz_leads_to_the_part_that_its_question_names():
    questions = by_id()
    for code, red_line in content.course()["red_lines"].items():
        assert "lesson" not in red_line, code
        led = questions[code] | red_line
        assert (led.get("leads_to") or led.get("part")) in content.part_names(), code


@each([question for question in QUESTIONS if "options" in question])
def test_every_option_says_what_it_is_worth_and_why(question):
    for text, worth, feedback in question["options"]:
        assert text.strip()
        assert feedback.strip()
        assert worth in {0, 1, 2}
    texts = [option[0] for option in question["options"]]
    assert len(set(texts)) == len(texts) >= 3
    check = {"single": one_is_right, "scenario": one_is_best, "multi": some_are_right}
    check[question["type"]](worths(question))


def one_is_right(worths):
    assert sorted(worths)[-2:] == [0, 1]


def one_is_best(worths):
    assert worths.count(2) == 1


def some_are_right(worths):
    assert 1 <= sum(worths) < len(worths)


@each(FINAL + SIX)
def test_new_questions_have_typographic_quotes(question):
    assert not re.search(r"[\"']", text_of({"stem": question["stem"]}))
    assert [o for o in question.get("options", []) if re.search(r"[\"']", o[0] + o[2])] == []


@each([question for question in QUESTIONS if question["id"] in NEVER_HALF_RIGHT])
def test_no_half_mark_for_not_asking_or_for_bringing_in_no_help(question):
    assert sorted(worths(question)) == [0, 0, 2]


@each([question for question in QUESTIONS if HEAVY.search(text_of(question))])
def test_what_speaks_of_suicide_or_an_overdose_says_so_first_and_shows_help(question):
    assert question["help"]
    assert question["note"].strip()


# What is asked for ---------------------------------------------------------------------------


def asked_in(bank):
    return Counter(code for question in bank for code in question["comps"])


def test_the_final_asks_for_each_competency_at_least_twice():
    asked = asked_in(FINAL)
    assert {code: asked[code] for code in content.competency_codes() if asked[code] < 2} == {}


def test_each_competency_is_taught_by_a_lesson_and_asked_in_a_quiz():
    taught = {code for lesson in content.lessons().values() for code in lesson["competencies"]}
    assert taught == content.competency_codes()
    assert asked_in(content.quiz_questions()).keys() == content.competency_codes()


def test_the_quiz_of_the_wider_work_asks_for_each_of_its_competencies_three_times():
    asked = asked_in(SIX)
    assert {code: asked[code] for code in asked if code.startswith("WI") and asked[code] < 3} == {}
    assert {code for code in asked if code.startswith("WI")} == {f"WI{n}" for n in range(1, 7)}


def test_a_red_line_of_the_final_is_right_or_not_and_says_kindly_where_to_look():
    red_lines = [question for question in FINAL if question.get("must")]
    assert {question["id"] for question in red_lines} == set().union(*RED_LINES.values())
    for question in red_lines:
        assert question["type"] == "single"
        assert question["leads_to"]
        retry = question["retry"].lower()
        assert not re.search(r"\b(wrong|fail|incorrect|mistake)\b|!", retry), question["id"]


def test_most_of_the_final_is_a_situation_with_half_marks():
    assert sum(question["type"] == "scenario" for question in FINAL) >= 30
    assert {question["type"] for question in FINAL} == {"single", "scenario"}
    assert all(len(question["options"]) == 3 for question in FINAL)


# Held back -----------------------------------------------------------------------------------


def plain(text):
    return re.sub(r"\W+", " ", text.lower()).strip()


def runs_of(count, text):
    words = re.findall(r"[a-z0-9’]+", text.lower())
    return {tuple(words[start : start + count]) for start in range(len(words) - count + 1)}


def test_no_quiz_shows_a_stem_or_an_option_of_the_final():
    quiz = content.quiz_questions()
    stems = {plain(question["stem"]) for question in quiz}
    options = {plain(option[0]) for question in quiz for option in question.get("options", [])}
    options |= {plain(option["text"]) for _code, tap in content.taps() for option in tap["options"]}
    assert [question["id"] for question in FINAL if plain(question["stem"]) in stems] == []
    assert [
        question["id"]
        for question in FINAL
        if any(plain(option[0]) in options for option in question["options"])
    ] == []


def test_no_stem_of_the_final_borrows_nine_words_of_a_quiz():
    quiz = set().union(*(runs_of(9, question["stem"]) for question in content.quiz_questions()))
    assert [question["id"] for question in FINAL if runs_of(9, question["stem"]) & quiz] == []


def test_the_same_replies_fit_best_in_one_context_and_not_in_the_other():
    questions = by_id()
    twins = {question["id"]: question["twin"] for question in FINAL if "twin" in question}
    assert len(twins) == 16
    for one, other in twins.items():
        assert twins[other] == one
        first, second = questions[one], questions[other]
        assert [o[0] for o in first["options"]] == [o[0] for o in second["options"]]
        assert content.best(first) != content.best(second)


def test_saying_the_word_suicide_is_not_what_gives_the_key_away():
    questions = by_id()
    assert content.best(questions["A10"]) != 1
    assert content.best(questions["A11"]) == 1
    assert all(re.search("suicid|kill", option[0]) for option in questions["A38"]["options"])
