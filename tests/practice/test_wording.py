"""The words of a conversation in another language: the same parts, said otherwise, text by text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.checking import problems_of_words
from practice.scripts import Script
from practice.walking import TurnRecord, Walk
from practice.wording import (
    ReturnText,
    Wording,
    stale_places,
    texts_by_place,
    texts_of,
    texts_that_fit,
    with_texts,
)
from tests.practice.in_spanish import said
from tests.practice.writing import (
    moment,
    short_script,
    sound_scripts,
    three,
    with_moment,
    with_reply,
)

RETURN = ReturnText("R1", "At the gate.", moment("R1", *three("", "", "")))


def spanish(source):
    return with_texts(source, {text.place: said(text.words) for text in texts_of(source)})


def kinds(source, words):
    return {problem.kind for problem in problems_of_words(source, words)}


@given(sound_scripts())
def test_every_text_has_a_place_of_its_own_and_comes_back_from_it(script):
    source = Wording(script, (RETURN,))
    places = [text.place for text in texts_of(source)]
    assert len(places) == len(set(places))
    assert with_texts(source, texts_by_place(source)) == source


@given(sound_scripts())
def test_words_have_the_same_parts_points_and_ways(script):
    words = spanish(Wording(script)).script
    assert problems_of_words(script, words) == []
    assert [m.name for m in words.moments] == [m.name for m in script.moments]
    for mine, theirs in zip(script.moments, words.moments, strict=True):
        assert [(r.worth, r.leads_to, r.face) for r in mine.replies] == [
            (r.worth, r.leads_to, r.face) for r in theirs.replies
        ]
        assert (mine.red_line, mine.help, mine.face) == (theirs.red_line, theirs.help, theirs.face)


@given(sound_scripts(), st.data())
def test_a_turn_is_the_same_turn_in_either_language(script, data):
    """Turns name a moment and a reply by its place, and the order shown is the play's own."""
    words = spanish(Wording(script)).script
    seed = data.draw(st.integers(0, 1000))
    first, second = Walk.of(script, [], seed), Walk.of(words, [], seed)
    while first.moment is not None:
        shown, other = first.shown_replies(first.moment), second.shown_replies(second.moment)
        assert [each.key for each in shown] == [each.key for each in other]
        assert [said(each.reply.words) for each in shown] == [each.reply.words for each in other]
        chosen = data.draw(st.sampled_from(shown))
        record = TurnRecord(first.next_number, first.moment.name, chosen.place, first.is_again)
        records = [*first.records, record]
        first, second = Walk.of(script, records, seed), Walk.of(words, records, seed)
        assert first.outcome == second.outcome
        assert first.is_settled == second.is_settled
        if len(records) > 40:
            break


def test_a_text_is_called_by_where_it_stands():
    labels = {text.place: text.label for text in texts_of(Wording(short_script(), (RETURN,)))}
    assert labels["h:title:"] == "title"
    assert labels["r2:feedback:n1"] == "reply 2: feedback"
    assert labels["n:retry:n2"] == "kind words that open it again"
    assert labels["e:debrief:okay"] == "looking back"
    assert labels["b:setting:R1"] == "setting"
    assert labels["c1:words:R1"] == "reply 1: words"


def test_what_is_empty_in_the_source_is_not_asked_for_and_stays_empty():
    source = Wording(short_script())
    assert "h:content_note:" not in texts_by_place(source)
    words = with_texts(source, {"h:content_note:": "Un aviso", "h:title:": "Título"})
    assert words.script.content_note == ""
    assert words.script.title == "Título"


# What is wrong with them ---------------------------------------------------------------------


def test_words_that_were_not_begun_are_missing_part_by_part():
    script = short_script()
    problems = problems_of_words(script, Script())
    assert {problem.at for problem in problems if problem.kind == "missing"} == {
        "n1", "n2", "strong", "okay", "again",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda words: with_reply(words, 0, 0, worth=2), "other"),
        (lambda words: with_reply(words, 0, 0, leads_to="okay"), "other"),
        (lambda words: with_reply(words, 0, 0, feedback=" "), "no_words"),
        (lambda words: with_moment(words, 1, red_line=False, retry=""), "other"),
        (lambda words: with_moment(words, 1, name="n9"), "unknown"),
        (lambda words: with_moment(words, 0, replies=words.moments[0].replies[:2]), "replies"),
        (lambda words: replace(words, moments=words.moments[::-1]), "other"),
        (lambda words: replace(words, endings=words.endings[:2]), "missing"),
        (
            lambda words: replace(
                words, endings=(replace(words.endings[0], kind="okay"), *words.endings[1:])
            ),
            "other",
        ),
        (lambda words: replace(words, title=""), "no_words"),
        (lambda words: with_reply(words, 0, 1, words=words.moments[0].replies[0].words),
         "same_reply"),
    ],
)  # fmt: skip
def test_words_that_differ_in_more_than_words_are_named(change, kind):
    script = short_script()
    words = spanish(Wording(script)).script
    assert kinds(script, words) == set()
    assert kind in kinds(script, change(words))


def test_a_key_that_length_gives_away_is_found_in_any_language():
    four = tuple(
        moment(f"n{n}", *three(f"n{n + 1}" if n < 4 else "strong", "okay", "again", n * 10))
        for n in range(1, 5)
    )
    script = replace(short_script(), moments=four)
    assert kinds(script, script) == set()
    long_words = script
    for place in range(4):
        long_words = with_reply(long_words, place, 1, words=f"“{'larga ' * 9}{place}.”")
    assert kinds(script, long_words) == {"length"}


# When the source changes ----------------------------------------------------------------------


def test_what_changed_since_is_stale_and_the_rest_is_not():
    source = Wording(short_script())
    changed = Wording(with_reply(source.script, 0, 1, feedback="Something else."))
    assert stale_places(changed, texts_by_place(source)) == {"r2:feedback:n1"}
    assert stale_places(source, texts_by_place(source)) == set()


@pytest.mark.parametrize("change", [{"worth": 1}, {"leads_to": "again"}])
def test_a_reply_that_is_worth_something_else_now_has_no_words_yet(change):
    """Its words may have been those of the best reply, and would be the key of another."""
    source = Wording(short_script())
    words = spanish(source)
    changed = Wording(with_reply(source.script, 0, 1, **change))
    lost = set(texts_by_place(words)) - set(texts_that_fit(changed, words))
    assert lost == {f"r2:{name}:n1" for name in ("words", "reaction", "feedback", "skill")}


def test_a_moment_that_is_gone_takes_its_words_with_it_and_a_new_one_has_none():
    source = Wording(short_script())
    words = spanish(source)
    renamed = Wording(with_moment(source.script, 1, name="n7"))
    fits = texts_that_fit(renamed, words)
    assert not any(place.endswith((":n2", ":n7")) for place in fits)
    assert fits["n:words:n1"] == said("“This is n1.”")


def test_a_return_whose_replies_changed_has_no_words_for_them():
    source = Wording(short_script(), (RETURN,))
    words = spanish(source)
    replies = (replace(RETURN.moment.replies[0], worth=1), *RETURN.moment.replies[1:])
    changed = replace(
        source, returns=(replace(RETURN, moment=replace(RETURN.moment, replies=replies)),)
    )
    fits = texts_that_fit(changed, words)
    assert "c1:words:R1" not in fits
    assert fits["c2:words:R1"] == said(RETURN.moment.replies[1].words)


def test_a_stored_return_is_read_as_it_was():
    assert ReturnText.from_json("R1", RETURN.to_json()) == RETURN
