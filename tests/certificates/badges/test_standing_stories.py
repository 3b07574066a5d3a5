"""What the published lists say of several people, whatever happens to one of them."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from certificates.badges import making
from certificates.badges.addresses import status_address
from certificates.badges.documents import REVOCATION, SUSPENSION
from certificates.badges.making import make_badge, publish_status_lists, take_place
from certificates.badges.statuses import places_in
from certificates.exceptions import CannotBeDone
from certificates.following import renew_credential, replace_credential
from certificates.models import Badge, Credential
from certificates.revoking import reinstate, restore, revoke, suspend
from certificates.sealing.keys import add_signing_keys, declare_compromised
from certificates.standing import Standing, standing_of
from tests import make
from tests.certificates.test_withdrawn import erase
from tests.make import DAY, HOUR, NOON

REASON = "A mistake in the register."
LATE = NOON + 700 * DAY
VERBS = {"suspend": suspend, "restore": restore, "revoke": revoke, "reinstate": reinstate}


@pytest.fixture
def people(keys):
    """Five certificates of one award, and the badge of each."""
    award = make.award(valid_months=24)
    held = [make.credential(award, make.user()) for _ in range(5)]
    return {credential: make_badge(credential, at=NOON) for credential in held}


@pytest.fixture
def published(fetch):
    """The places that are set in the list of a badge, as anybody fetches it."""

    def of(badge, purpose, at=NOON):
        publish_status_lists(at=at)
        listed = fetch(status_address(badge.status_list, purpose))
        return places_in(listed["credentialSubject"]["encodedList"])

    return of


def act(credential, verb, at=NOON):
    """Do something to a credential, each time as another registrar."""
    by = make.registrar()
    if verb == "replace":
        replace_credential(credential, name="Bo Berg", by=by, reason=REASON, at=at)
    elif verb == "renew":
        renew_credential(credential, by=by, reason=REASON, at=LATE)
    elif verb == "erase":
        erase(credential.holder)
    else:
        VERBS[verb](credential, by=by, reason=REASON, at=at)


STORIES = [
    ("suspend", [(False, True)]),
    ("suspend restore", [(False, True), (False, False)]),
    ("suspend restore suspend", [(False, True), (False, False), (False, True)]),
    ("revoke", [(True, False)]),
    ("revoke reinstate", [(True, False), (False, False)]),
    ("revoke reinstate revoke", [(True, False), (False, False), (True, False)]),
    ("suspend revoke", [(False, True), (True, True)]),
    ("suspend revoke reinstate", [(False, True), (True, True), (False, True)]),
    (
        "suspend revoke reinstate restore",
        [(False, True), (True, True), (False, True), (False, False)],
    ),
    ("replace", [(True, False)]),
    ("suspend restore replace", [(False, True), (False, False), (True, False)]),
    ("renew", [(False, False)]),
    ("suspend restore renew", [(False, True), (False, False), (False, False)]),
    ("erase", [(True, False)]),
    ("revoke erase", [(True, False), (True, False)]),
]


@pytest.mark.parametrize(("story", "bits"), STORIES, ids=[story for story, _bits in STORIES])
def test_each_step_sets_and_clears_the_bits_of_one_person_alone(people, published, story, bits):
    credential, badge = list(people.items())[2]
    for verb, (is_revoked, is_suspended) in zip(story.split(), bits, strict=True):
        act(credential, verb)
        place = {badge.status_index}
        assert published(badge, REVOCATION) == (place if is_revoked else set()), verb
        assert published(badge, SUSPENSION) == (place if is_suspended else set()), verb


def relied_on(credential):
    """Whether the register itself says that a certificate is revoked or replaced, and suspended."""
    kinds = [event.kind for event in credential.events.order_by("number")]
    revoked = [kind for kind in kinds if kind in {"revoked", "reinstated"}][-1:] == ["revoked"]
    paused = [kind for kind in kinds if kind in {"suspended", "restored"}][-1:] == ["suspended"]
    return revoked or "replaced" in kinds, paused


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_to_whom_the_lists_say_what_the_register_says(people, published, seed):
    chance = random.Random(seed)
    badge = next(iter(people.values()))
    done = 0
    for _step in range(30):
        credential = chance.choice(list(people))
        with suppress(CannotBeDone):
            act(credential, chance.choice([*VERBS, *VERBS, "replace"]))
            done += 1
    assert done > 5
    said = {each.status_index: relied_on(credential) for credential, each in people.items()}
    assert published(badge, REVOCATION) == {place for place, (off, _on) in said.items() if off}
    assert published(badge, SUSPENSION) == {place for place, (_off, on) in said.items() if on}


def test_a_bit_is_set_wherever_the_register_says_that_it_may_not_be_relied_on(people, published):
    held = list(people)
    for credential, verb in zip(held, ["suspend", "revoke", "replace", "erase"], strict=False):
        act(credential, verb)
    first = people[held[0]]
    set_places = published(first, REVOCATION) | published(first, SUSPENSION)
    for credential in Credential.objects.filter(pk__in=[each.pk for each in held]).with_standing():
        standing = standing_of(credential, at=NOON)
        badge = people[credential]
        assert (badge.status_index in set_places) == (standing != Standing.CURRENT), standing


def test_a_new_number_has_a_place_of_its_own_that_nothing_is_said_of(people, published):
    credential, old = next(iter(people.items()))
    act(credential, "replace")
    new = make_badge(Credential.objects.get(follows=credential), at=NOON)
    assert published(old, REVOCATION) == {old.status_index}
    assert new.status_index != old.status_index
    act(new.credential, "suspend")
    assert published(new, REVOCATION) == {old.status_index}
    assert published(new, SUSPENSION) == {new.status_index}


def test_an_expiry_alone_sets_nothing(people, published):
    badge = next(iter(people.values()))
    at = NOON + 1000 * DAY
    assert published(badge, REVOCATION, at=at) == set()
    assert published(badge, SUSPENSION, at=at) == set()


def test_the_place_of_an_erased_person_is_not_given_again(people, published, monkeypatch):
    credential, badge = next(iter(people.items()))
    act(credential, "erase")
    tried = iter([badge.status_index] * 3 + [4711])
    monkeypatch.setattr(making.secrets, "randbelow", lambda _most: next(tried))
    fresh = make.credential(credential.award, make.user())
    assert take_place(fresh.issuer) == (badge.status_list, 4711)
    assert badge.status_index in published(badge, REVOCATION)


def test_both_badges_of_a_certificate_are_taken_back(people, published):
    credential, first = next(iter(people.items()))
    declare_compromised(first.key, at=NOON, reason="stolen")
    add_signing_keys(at=NOON + HOUR)
    second = make_badge(Credential.objects.get(pk=credential.pk), at=NOON + HOUR)
    assert Badge.objects.filter(credential=credential).count() == 2
    act(credential, "revoke", at=NOON + HOUR)
    places = {first.status_index, second.status_index}
    assert len(places) == 2
    assert published(second, REVOCATION, at=NOON + HOUR) == places


@pytest.mark.parametrize("language", ["en", "es"])
def test_whoever_follows_a_badge_reads_of_the_award_in_their_language(client, keys, language):
    make.home()
    award = make.award(name="<i>Care</i> & {{ 7*7 }}", limits="It is no licence.", valid_months=24)
    credential = make.credential(award, make.user(full_name="Canaryname Okafor"))
    page = client.get(f"/achievements/{award.pk}/", headers={"Accept-Language": language})
    text = page.content.decode()
    assert f'<html lang="{language}"' in text
    assert ("24 meses" in text, "24 months" in text) == (language == "es", language == "en")
    assert "&lt;i&gt;Care&lt;/i&gt; &amp; {{ 7*7 }}" in text
    assert "<i>Care" not in text
    assert "Canaryname" not in text
    assert credential.number not in text
