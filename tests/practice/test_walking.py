"""Where a play stands: worked out from its turns, whatever was chosen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from practice.walking import TurnRecord, Walk
from tests.practice.writing import AGAIN, short_script, sound_scripts


def play(script, choose, seed=0, most=300):
    """Every walk of a play in which `choose` says the key of each reply."""
    records, walks = [], [Walk.of(script, [], seed)]
    while walks[-1].moment is not None and len(records) < most:
        walk = walks[-1]
        place = walk.reply_at(choose(walk))
        record = TurnRecord(walk.next_number, walk.moment.name, place, walk.is_again)
        records.append(record)
        walks.append(Walk.of(script, records, seed))
    return walks


def best(walk):
    return next(s.key for s in walk.shown_replies(walk.moment) if s.reply.is_best)


def worst(walk):
    return min(walk.shown_replies(walk.moment), key=lambda shown: shown.reply.worth).key


@given(sound_scripts(), st.integers(0, 2_000_000_000))
def test_the_order_of_replies_is_a_plays_own_and_stays(script, seed):
    walk = Walk.of(script, [], seed)
    for moment in script.moments:
        shown = walk.shown_replies(moment)
        assert shown == Walk.of(script, [], seed).shown_replies(moment)
        assert sorted(each.place for each in shown) == list(range(len(moment.replies)))
        assert all(moment.replies[each.place] == each.reply for each in shown)


def test_another_play_may_have_another_order():
    moment = short_script().moments[0]
    orders = {
        tuple(s.place for s in Walk.of(short_script(), [], seed).shown_replies(moment))
        for seed in range(40)
    }
    assert len(orders) > 1


@given(sound_scripts(), st.integers(0, 1000))
def test_the_best_replies_lead_to_a_strong_end_with_nothing_left(script, seed):
    last = play(script, best, seed)[-1]
    assert last.outcome == "strong"
    assert last.is_settled
    assert last.moment is None
    assert last.left_open == []


@given(sound_scripts(), st.data())
def test_whatever_is_chosen_the_story_closes_and_every_red_line_is_right_in_the_end(script, data):
    def any_reply(walk):
        keys = [shown.key for shown in walk.shown_replies(walk.moment)]
        # Red lines are asked until they are right: after a while somebody finds it.
        return best(walk) if walk.next_number > 40 else data.draw(st.sampled_from(keys))

    walks = play(script, any_reply)
    last = walks[-1]
    assert last.is_settled
    met = {turn.moment.name for turn in last.story if turn.moment.red_line}
    right = {turn.moment.name for turn in last.turns if turn.reply.is_best}
    assert met <= right
    closed = next(walk for walk in walks if walk.ending)
    assert closed.outcome == last.outcome, "answering again changes no point"
    assert [turn.number for turn in last.turns] == list(range(1, len(last.turns) + 1))


def test_a_red_line_that_was_missed_opens_again_until_it_is_right():
    walks = play(short_script(), lambda walk: worst(walk) if walk.next_number < 4 else best(walk))
    closed = walks[2]
    assert closed.ending.name == AGAIN
    assert closed.is_again
    assert not closed.is_settled
    assert closed.moment.name == "n2"
    assert walks[3].moment.name == "n2", "missed again, so it opens again"
    assert walks[-1].is_settled
    assert [turn.is_again for turn in walks[-1].turns] == [False, False, True, True]
    assert walks[-1].skills == [], "what was put right later is no skill shown on the way"


def test_skills_are_those_of_the_best_replies_once_each():
    assert play(short_script(), best)[-1].skills == ["skill 2"]


def test_a_key_that_was_made_up_is_no_reply():
    walk = Walk.of(short_script(), [], 1)
    assert {walk.reply_at(key) for key in ("", "0", "4", "x", "-1", "1 ")} == {None}
    assert play(short_script(), best)[-1].reply_at("1") is None


def test_a_record_that_fits_no_moment_is_passed_over():
    walk = Walk.of(short_script(), [TurnRecord(1, "gone", 0), TurnRecord(2, "n1", 99)], 1)
    assert walk.turns == []
    assert walk.moment.name == "n1"
