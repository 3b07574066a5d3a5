"""Every fault that the map names is found in random conversations, and none in a sound one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.checking import problems_of_script
from practice.scripts import BEST, MISSED, Script
from tests.practice.writing import (
    AGAIN,
    ENDINGS,
    OKAY,
    STRONG,
    moment,
    reply,
    short_script,
    sound_scripts,
    three,
    with_every_reply,
    with_moment,
    with_reply,
)


def found(script):
    return {(problem.kind, problem.at) for problem in problems_of_script(script)}


def kinds(script):
    return {problem.kind for problem in problems_of_script(script)}


@given(sound_scripts())
def test_a_sound_conversation_has_no_problem(script):
    assert problems_of_script(script) == []


def test_an_empty_one_asks_for_a_first_moment():
    assert found(Script()) == {("empty", "")}
    assert str(problems_of_script(Script())[0]) == "Add a first moment: nobody says anything yet."


@given(st.data())
def test_a_dead_end_is_named_where_it_is(data):
    script = data.draw(sound_scripts())
    place = data.draw(st.integers(0, len(script.moments) - 1))
    number = data.draw(st.integers(0, len(script.moments[place].replies) - 1))
    broken = with_reply(script, place, number, leads_to="nowhere")
    dead = [p for p in problems_of_script(broken) if p.kind == "dead_end"]
    assert [problem.at for problem in dead] == [script.moments[place].name]
    assert f"Reply {number + 1}" in dead[0].text
    assert "nowhere" in dead[0].text


@given(sound_scripts())
def test_what_no_reply_leads_to_is_named(script):
    lost = moment("lost", *three(STRONG, OKAY, AGAIN, 900))
    last = replace(ENDINGS[1], name="never")
    broken = replace(script, moments=(*script.moments, lost), endings=(*script.endings, last))
    assert {("unreachable", "lost"), ("unreachable", "never")} <= found(broken)


@given(st.data())
def test_a_circle_is_named_at_every_moment_of_it(data):
    script = data.draw(sound_scripts())
    back_to = data.draw(st.integers(0, len(script.moments) - 1))
    place = data.draw(st.integers(back_to, len(script.moments) - 1))
    number = next(n for n, each in enumerate(script.moments[place].replies) if each.worth == MISSED)
    broken = with_reply(script, place, number, leads_to=script.moments[back_to].name)
    # The best replies lead from each moment to the next, so every one between is on the circle.
    circle = {("circle", each.name) for each in script.moments[back_to : place + 1]}
    assert circle <= found(broken)
    assert "endless" not in kinds(broken)


@given(st.data())
def test_a_loop_without_an_end_is_called_so(data):
    script = data.draw(sound_scripts())
    place = data.draw(st.integers(0, len(script.moments) - 1))
    name = script.moments[place].name
    replies = tuple(replace(each, leads_to=name) for each in script.moments[place].replies)
    broken = with_moment(script, place, replies=replies)
    assert ("endless", name) in found(broken)


MISSING = [
    ("feedback", "no_feedback"),
    ("reaction", "no_reaction"),
    ("words", "no_words"),
    ("skill", "no_skill"),
]


@pytest.mark.parametrize(("field", "kind"), MISSING)
@given(data=st.data())
def test_what_a_reply_lacks_is_named_with_its_moment(field, kind, data):
    script = data.draw(sound_scripts())
    place = data.draw(st.integers(0, len(script.moments) - 1))
    number = data.draw(st.integers(0, len(script.moments[place].replies) - 1))
    broken = with_reply(script, place, number, **{field: "  "})
    lacking = [p for p in problems_of_script(broken) if p.kind == kind]
    assert [problem.at for problem in lacking] == [script.moments[place].name]
    assert str(number + 1) in lacking[0].text


@given(sound_scripts(fewest=4))
def test_a_best_reply_that_is_always_the_longest_gives_itself_away(script):
    longest = with_every_reply(
        script, lambda one, _m: replace(one, words=one.words + " And more.") if one.is_best else one
    )
    assert "length" in kinds(longest)
    shortest = with_every_reply(
        script, lambda one, _m: one if one.is_best else replace(one, words=one.words + " And more.")
    )
    assert "length" in kinds(shortest)


@given(sound_scripts(fewest=4))
def test_a_best_reply_that_is_longest_now_and_then_does_not(script):
    once = script.moments[0].name
    mixed = with_every_reply(
        script,
        lambda one, where: (
            replace(one, words=one.words + " And more.")
            if one.is_best and where.name == once
            else one
        ),
    )
    assert "length" not in kinds(mixed)


@given(sound_scripts(fewest=8))
def test_a_tone_that_only_one_kind_of_reply_has_gives_it_away(script):
    asking = with_every_reply(
        script, lambda one, _m: replace(one, words=one.words + "?") if one.is_best else one
    )
    assert "tone" in kinds(asking)
    shouting = with_every_reply(
        script, lambda one, _m: one if one.is_best else replace(one, words=one.words + "!")
    )
    assert "tone" in kinds(shouting)
    everywhere = with_every_reply(script, lambda one, _m: replace(one, words=one.words + "?"))
    assert "tone" not in kinds(everywhere)


@given(sound_scripts())
def test_the_best_replies_have_to_close_strong(script):
    last = len(script.moments) - 1
    number = next(n for n, each in enumerate(script.moments[last].replies) if each.is_best)
    broken = with_reply(script, last, number, leads_to=OKAY)
    assert ("best_not_strong", OKAY) in found(broken)


@given(sound_scripts())
def test_whoever_misses_each_time_never_closes_strong(script):
    names = [*(each.name for each in script.moments[1:]), STRONG]
    for place, name in enumerate(names):
        replies = tuple(
            replace(each, leads_to=name) if each.worth == MISSED else each
            for each in script.moments[place].replies
        )
        script = with_moment(script, place, replies=replies)
    assert ("missed_is_strong", STRONG) in found(script)


def first(**fields):
    return with_moment(short_script(), 0, **fields)


best_twice = (reply(BEST, "n2", 1), reply(BEST, "n2", 2), reply(MISSED, "n2", 3))

FAULTS = {
    "two parts of one name": (replace(short_script(), endings=(*ENDINGS, ENDINGS[0])), "twice"),
    "a part without a name": (first(name=""), "unnamed"),
    "no strong ending": (replace(short_script(), endings=ENDINGS[1:]), "no_ending"),
    "an ending of no kind": (
        replace(short_script(), endings=(*ENDINGS[:2], replace(ENDINGS[2], kind="?"))),
        "ending_kind",
    ),
    "an ending without words": (
        replace(short_script(), endings=(*ENDINGS[:2], replace(ENDINGS[2], words=""))),
        "no_words",
    ),
    "an ending without a debrief": (
        replace(short_script(), endings=(*ENDINGS[:2], replace(ENDINGS[2], debrief=""))),
        "no_feedback",
    ),
    "a moment without words": (first(words=" "), "no_words"),
    "too few replies": (first(replies=short_script().moments[0].replies[:2]), "replies"),
    "no best reply": (
        first(replies=tuple(reply(MISSED, "n2", n) for n in range(3))),
        "no_best",
    ),
    "nothing but best replies": (
        first(replies=tuple(reply(BEST, "n2", n) for n in range(3))),
        "all_best",
    ),
    "two best replies to a red line": (
        first(red_line=True, retry="Again.", replies=best_twice),
        "red_line",
    ),
    "a red line without a way back": (first(red_line=True), "no_retry"),
    "a way back without a red line": (first(retry="Again."), "retry"),
    "the same reply twice": (
        first(replies=tuple(replace(r, words="“Yes.”") for r in best_twice)),
        "same_reply",
    ),
    "points that there are not": (with_reply(short_script(), 0, 0, worth=7), "worth"),
    "a face that there is not": (first(face="angry"), "face"),
    "a face after a reply that there is not": (with_reply(short_script(), 0, 0, face=""), "face"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_a_name_of_its_own(fault):
    script, kind = FAULTS[fault]
    assert kind in kinds(script)


def test_two_best_replies_are_allowed_where_there_is_no_red_line():
    assert not kinds(first(replies=best_twice)) & {"all_best", "red_line"}


def test_the_short_script_of_these_tests_is_sound():
    assert problems_of_script(short_script()) == []
    assert short_script().moments[1].replies[1].worth == BEST
