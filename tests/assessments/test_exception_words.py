"""What a learner and their trainers read about an exception."""

import pytest
from django.utils import translation

from assessments.exception_words import exception_for_staff, exception_in_words
from assessments.models import Quiz, QuizException
from assessments.terms import terms_for
from people.moments import moment
from tests.make import DAY, NOON

LIMITED = {
    "attempts_allowed": 2,
    "wait_minutes": 60,
    "time_limit_minutes": 30,
    "opens_at": NOON,
    "closes_at": NOON + DAY,
}
EARLIER, LATER = NOON - DAY, NOON + 2 * DAY


def sentences(rules, **given):
    words = exception_in_words(
        terms_for(Quiz(**rules), QuizException(reason="The bus broke down.", **given))
    )
    return None if words is None else words.sentences


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"extra_attempts": 1}, "You were given one more try."),
        ({"extra_attempts": 3}, "You were given 3 more tries."),
        ({"no_wait": True}, "You need not wait between tries."),
        ({"extra_minutes": 1}, "You have one more minute for each try."),
        ({"extra_minutes": 15}, "You have 15 more minutes for each try."),
        ({"opens_at": EARLIER}, f"For you it opens on {moment(EARLIER)}."),
        ({"closes_at": LATER}, f"For you it closes on {moment(LATER)}."),
    ],
)
def test_a_learner_reads_each_thing_in_a_sentence(given, sentence):
    assert sentences(LIMITED, **given) == [sentence]


def test_several_things_are_several_sentences_and_the_reason_stands_beside():
    given = {"extra_attempts": 1, "no_wait": True, "extra_minutes": 5, "closes_at": LATER}
    words = exception_in_words(terms_for(Quiz(**LIMITED), QuizException(reason="Ill.", **given)))
    assert len(words.sentences) == 4
    assert words.reason == "Ill."


@pytest.mark.parametrize(
    ("rule", "given"),
    [
        ("attempts_allowed", {"extra_attempts": 2}),
        ("time_limit_minutes", {"extra_minutes": 10}),
        ("opens_at", {"opens_at": EARLIER}),
        ("closes_at", {"closes_at": LATER}),
    ],
)
def test_what_changes_nothing_is_not_said(rule, given):
    """A trainer may have lifted the limit since. Nobody is told of more where there is no end."""
    assert sentences(LIMITED, **given)
    assert sentences({**LIMITED, rule: None}, **given) is None


def test_nothing_given_is_nothing_said():
    assert exception_in_words(terms_for(Quiz(**LIMITED), None)) is None
    assert sentences(LIMITED) is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, ["Taken back: as for everybody"]),
        ({"extra_attempts": 1}, ["1 more try"]),
        ({"extra_attempts": 2}, ["2 more tries"]),
        ({"no_wait": True}, ["no wait between tries"]),
        ({"extra_minutes": 1}, ["1 more minute"]),
        ({"extra_minutes": 20}, ["20 more minutes"]),
        ({"opens_at": EARLIER}, [f"opens {moment(EARLIER)}"]),
        ({"closes_at": LATER}, [f"closes {moment(LATER)}"]),
        (
            {"closes_at": LATER, "extra_minutes": 5, "extra_attempts": 1},
            ["1 more try", "5 more minutes", f"closes {moment(LATER)}"],
        ),
    ],
)
def test_staff_read_what_a_row_gives_and_nothing_else(given, words):
    assert exception_for_staff(QuizException(**given)) == words


@pytest.mark.parametrize(
    "given", [{"extra_attempts": 1}, {"extra_attempts": 2}, {"no_wait": True}, {"extra_minutes": 5}]
)
def test_a_spanish_reader_reads_it_in_spanish(given):
    english = sentences(LIMITED, **given)
    with translation.override("es"):
        spanish = sentences(LIMITED, **given)
    assert len(spanish) == len(english) == 1
    assert spanish != english
