"""Whatever a credential holds, what its holder does not show is in no value that is told."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from certificates.guessing import WRONG_NAMES_AN_HOUR
from certificates.many import CheckedNumber, ListedNumber, NameMatch, compare_name
from certificates.public_view import PublicView
from certificates.standing import Standing
from certificates.verifying import PublicCredential, PublicEvent, masked, public_facts

AT = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
SECRET = "CANARY"
# One that was withdrawn has no words at all: certificates/fates.py blanks them.
KINDS = ["suspended", "restored", "revoked", "reinstated", "renewed", "replaced"]

events = st.lists(st.sampled_from(KINDS), max_size=5).map(
    lambda kinds: tuple(PublicEvent(place, kind, AT) for place, kind in enumerate(kinds, 2))
)
words = st.text(max_size=20).map(lambda text: f"{SECRET}{text}")
last_days = st.none() | st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 1, 1))


signatories = st.fixed_dictionaries({"name": words, "role": words})


@st.composite
def credentials(draw, view):
    """A credential of which each word that may be hidden has the canary in it."""
    return PublicCredential(
        code="7K3MQX9R4TWK",
        prefix="PSW",
        name=draw(words),
        award_name=draw(words),
        description=draw(words),
        limits=draw(words),
        issuer_name="Peerwork Training",
        issuer_url="",
        issuer_email="registrar@peerwork.example",
        issuer_time_zone="Europe/London",
        mark=None,
        signatory_name=draw(words),
        signatory_role=draw(words),
        signatories=draw(st.none() | st.lists(signatories, min_size=1, max_size=4)),
        minutes=draw(st.integers(min_value=0, max_value=10_000)),
        study={},
        hours_attested_by=draw(st.just("") | words),
        competencies=[
            {
                "code": "A",
                "name": draw(words),
                "group": draw(words),
                "assessed": draw(st.booleans()),
            }
        ],
        issued_on=date(2019, 3, 7),
        last_day=draw(last_days),
        language="en",
        view=view,
        newer_prefix=None,
        newer_code=None,
        after_newer_code=None,
        events=draw(events),
    )


def told(credential):
    return json.dumps(public_facts(credential, checked_at=AT))


@given(credentials(PublicView.STANDING))
def test_with_the_standing_alone_nothing_that_was_printed_is_told(credential):
    hidden = masked(credential)
    assert SECRET not in told(hidden)
    assert "2019-03-07" not in told(hidden)
    assert SECRET not in repr(hidden)
    assert hidden.name_to_compare is None


@given(credentials(PublicView.TYPED))
def test_with_a_typed_name_all_but_the_name_is_told(credential):
    credential = masked(credential)
    facts = public_facts(credential, checked_at=AT)
    assert facts["name"] is None
    assert credential.shown_name is None
    assert facts["award"] == credential.award_name
    assert facts["issued_on"] == "2019-03-07"


@given(credentials(PublicView.PRINTED))
def test_as_printed_nothing_is_taken_out(credential):
    assert masked(credential) == credential


@given(st.data(), st.sampled_from(list(PublicView)))
def test_the_standing_is_the_same_whatever_is_shown(data, view):
    credential = data.draw(credentials(view))
    hidden = masked(credential)
    assert hidden.standing_at(AT) == credential.standing_at(AT)
    assert hidden.since(hidden.standing_at(AT)) == credential.since(credential.standing_at(AT))
    assert hidden.counts_now == credential.counts_now
    if hidden.standing_at(AT) != Standing.EXPIRED and view == PublicView.STANDING:
        assert str(credential.last_day) not in told(hidden) or credential.last_day is None


@given(st.data(), st.sampled_from([PublicView.TYPED, PublicView.PRINTED]))
def test_a_name_is_compared_only_where_it_may_be(data, view):
    credential = masked(data.draw(credentials(view)))
    followed = {each.kind for each in credential.events} & {"renewed", "replaced"}
    assert (credential.name_to_compare is None) == bool(followed)
    assert credential.asks_for_name == (view == PublicView.TYPED and not followed)


class Guesses:
    """As many as one likes, or none."""

    def __init__(self, left):
        self.left, self.counted = left, []

    def may_try(self, code):
        return self.left > 0

    def count(self, code):
        self.left -= 1
        self.counted.append(code)


@given(credentials(PublicView.TYPED), st.text(max_size=10))
def test_only_a_wrong_name_is_counted(credential, typed):
    credential = masked(credential)
    guesses = Guesses(WRONG_NAMES_AN_HOUR)
    match = compare_name(typed, credential, guesses)
    assert (guesses.counted == [credential.code]) == (
        match == NameMatch.DIFFERS and credential.asks_for_name
    )


@given(credentials(PublicView.TYPED), st.text(max_size=10))
def test_without_a_try_left_the_answer_is_the_same_for_right_and_wrong(credential, typed):
    credential = masked(credential)
    answers = {
        compare_name(name, credential, Guesses(0))
        for name in (typed, credential.name_to_compare or "x")
    }
    expected = NameMatch.TOO_MANY if credential.asks_for_name else NameMatch.NOT_COMPARED
    assert answers == {expected}


@given(st.data(), st.sampled_from(list(PublicView)))
def test_a_line_of_many_tells_no_more_than_the_facts(data, view):
    credential = masked(data.draw(credentials(view)))
    entry = ListedNumber(1, credential.number, "")
    standing = credential.standing_at(AT)
    line = CheckedNumber(entry, credential.number, standing.value, "x", credential)
    sent = line.to_json(checked_at=AT)
    assert sent["record"] == public_facts(credential, checked_at=AT)
    assert set(sent) == {"line", "typed", "number", "standing", "name_match", "record"}
