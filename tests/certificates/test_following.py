"""A name can be corrected and an award renewed: another number counts from then on."""

from datetime import date

import pytest
from django.core import mail

from certificates import exceptions as cannot
from certificates.exceptions import CannotBeDone
from certificates.following import renew_credential, replace_credential
from certificates.issuing import issue_by_hand
from certificates.models import Credential, CredentialEvent, HolderRequest
from certificates.preparing import prepare
from certificates.renewal_exceptions import (
    AlreadyFollowed,
    NeverExpires,
    NothingToCorrect,
    TooEarlyToRenew,
)
from certificates.requesting import ask_for_correction, ask_for_renewal
from certificates.revoking import reinstate, restore, revoke, suspend
from certificates.standing import Standing, standing_of
from certificates.tasks import notify_of_change, prepare_certificate
from people.models import User
from tests import make
from tests.make import DAY, NOON
from tests.racing import at_once

REASON = "The spelling was wrong; passport seen."
LATER = NOON + 20 * DAY
IN_TIME = NOON + 700 * DAY
"""Within the 90 days before the last one of 24 months."""


@pytest.fixture
def registrar(db):
    return make.user(full_name="Rosa Adeyemi")


@pytest.fixture
def credential(db):
    award = make.award(valid_months=24, limits="Not a licence.")
    return make.credential(award, make.user(full_name="Ada Okafro"))


def kinds(credential):
    return [event.kind for event in credential.events.all()]


def now(credential, at=LATER):
    return standing_of(Credential.objects.with_standing().get(pk=credential.pk), at=at)


class TestReplacing:
    def test_the_new_one_says_all_that_the_old_one_said_but_for_the_name(
        self, credential, registrar
    ):
        new = replace_credential(
            credential, name="Ada  Okafor", by=registrar, reason=REASON, at=LATER
        )
        new.refresh_from_db()
        differ = {
            field.name
            for field in Credential._meta.concrete_fields
            if getattr(new, field.attname) != getattr(credential, field.attname)
        }
        assert differ == {
            "id",
            "code",
            "name",
            "correction",
            "follows",
            "issued_at",
            "search_words",
        }
        assert new.name == "Ada Okafor"
        assert (new.issued_on, new.expires_on) == (date(2026, 11, 23), date(2028, 11, 23))
        assert (now(credential), now(new)) == (Standing.REPLACED, Standing.CURRENT)

    def test_both_records_say_who_and_why_and_neither_is_edited(self, credential, registrar):
        before = list(CredentialEvent.objects.values())
        new = replace_credential(
            credential, name="Ada Okafor", by=registrar, reason=REASON, at=LATER
        )
        assert list(CredentialEvent.objects.filter(credential=credential).values())[:1] == before
        assert (kinds(credential), kinds(new)) == (["issued", "replaced"], ["issued"])
        for event in (credential.events.last(), new.events.get()):
            assert (event.actor, event.reason, event.at) == (registrar, REASON, LATER)

    @pytest.mark.parametrize(
        ("name", "error"),
        [
            ("Ada Okafro", NothingToCorrect),
            (" Ada   Okafro ", NothingToCorrect),
            ("", cannot.HolderHasNoName),
            ("12", cannot.NameHasNoLetter),
            ("Ada 𒀀", cannot.UnprintableName),
        ],
    )
    def test_a_name_that_cannot_be_printed_or_changes_nothing_is_refused(
        self, credential, registrar, name, error
    ):
        with pytest.raises(error):
            replace_credential(credential, name=name, by=registrar, reason=REASON, at=LATER)
        assert kinds(credential) == ["issued"]

    def test_a_reason_is_needed(self, credential, registrar):
        with pytest.raises(cannot.ReasonNeeded):
            replace_credential(credential, name="Ada O", by=registrar, reason=" ", at=LATER)
        assert Credential.objects.count() == 1

    def test_a_registrar_does_not_replace_their_own(self, credential):
        with pytest.raises(cannot.TheirOwnCredential):
            replace_credential(
                credential, name="Ada O", by=credential.holder, reason=REASON, at=LATER
            )

    def test_a_suspension_cannot_be_got_round(self, credential, registrar):
        suspend(credential, by=registrar, reason="x", at=NOON)
        with pytest.raises(cannot.StillSuspended):
            replace_credential(credential, name="Ada O", by=registrar, reason=REASON, at=LATER)
        restore(credential, by=registrar, reason="x", at=NOON)
        replace_credential(credential, name="Ada O", by=registrar, reason=REASON, at=LATER)

    def test_nor_a_revocation(self, credential, registrar):
        revoke(credential, by=registrar, reason="x", at=NOON)
        with pytest.raises(cannot.AlreadyRevoked):
            replace_credential(credential, name="Ada O", by=registrar, reason=REASON, at=LATER)

    def test_one_that_has_lapsed_may_lose_a_former_name_and_stays_lapsed(
        self, credential, registrar
    ):
        at = NOON + 900 * DAY
        new = replace_credential(credential, name="Ada O", by=registrar, reason=REASON, at=at)
        assert now(new, at=at) == Standing.EXPIRED

    @pytest.mark.parametrize("verb", [suspend, restore, revoke])
    def test_nothing_more_is_done_to_the_old_number(self, credential, registrar, verb):
        replace_credential(credential, name="Ada O", by=registrar, reason=REASON, at=LATER)
        with pytest.raises(AlreadyFollowed):
            verb(credential, by=registrar, reason=REASON, at=LATER)
        with pytest.raises(AlreadyFollowed):
            replace_credential(credential, name="Ada P", by=registrar, reason=REASON, at=LATER)

    def test_it_may_be_replaced_more_than_once_each_time_the_newest(self, credential, registrar):
        for number in "BCD":
            credential = replace_credential(
                credential, name=f"Ada {number}", by=registrar, reason=REASON, at=LATER
            )
        standings = [now(one) for one in Credential.objects.order_by("correction")]
        assert standings == ["replaced", "replaced", "replaced", "current"]

    def test_who_holds_the_new_one_is_not_issued_the_award_again(self, credential, registrar):
        replace_credential(credential, name="Ada O", by=registrar, reason=REASON, at=LATER)
        with pytest.raises(cannot.AlreadyHolds):
            issue_by_hand(credential.award, credential.holder, evidence="x", by=registrar, at=LATER)

    def test_nobody_acts_on_what_they_have_not_seen(self, credential, registrar):
        suspend(credential, by=registrar, reason="x", at=NOON)
        restore(credential, by=registrar, reason="x", at=NOON)
        with pytest.raises(cannot.ChangedMeanwhile):
            replace_credential(
                credential, name="Ada O", by=registrar, reason=REASON, at=LATER, last_seen=1
            )
        assert Credential.objects.count() == 1

    def test_one_letter_tells_of_both_when_the_new_file_is_ready(
        self, credential, registrar, enqueued, django_capture_on_commit_callbacks
    ):
        prepare(str(credential.pk), at=NOON)
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            new = replace_credential(
                credential, name="Ada Okafor", by=registrar, reason=REASON, at=LATER
            )
        assert enqueued(prepare_certificate) == [str(new.pk)]
        assert enqueued(notify_of_change) == []
        prepare(str(new.pk), at=LATER)
        [letter] = mail.outbox
        for body in (letter.body, letter.alternatives[0].content):
            assert "your corrected certificate" in body
            assert new.number in body
            assert credential.number in body
            assert REASON not in body
            assert "Okafro" not in body


class TestRenewing:
    def test_it_counts_on_from_the_last_day_without_a_gap(self, credential, registrar):
        new = renew_credential(credential, by=registrar, reason=REASON, at=IN_TIME)
        assert new.issued_on == date(2028, 10, 23)
        assert new.expires_on == date(2030, 11, 23)
        assert (new.cycle, new.correction) == (2, 0)
        assert new.evidence == [{"requirement": REASON, "met_on": "2028-10-23"}]
        assert (now(credential, IN_TIME), now(new, IN_TIME)) == ("renewed", "current")
        assert now(credential, NOON + 900 * DAY) == "renewed"

    def test_the_window_opens_on_its_day_where_the_issuer_is(self, credential, registrar):
        opens = date(2028, 8, 25)
        assert credential.award.renewal_opens_on(credential.expires_on) == opens
        eve = NOON + (date(2028, 8, 24) - date(2026, 11, 23)).days * DAY
        with pytest.raises(TooEarlyToRenew, match="25 August 2028"):
            renew_credential(credential, by=registrar, reason=REASON, at=eve)
        renew_credential(credential, by=registrar, reason=REASON, at=eve + DAY)

    def test_one_that_has_lapsed_counts_from_today_and_the_gap_stays_to_be_seen(
        self, credential, registrar
    ):
        new = renew_credential(credential, by=registrar, reason=REASON, at=NOON + 800 * DAY)
        assert new.issued_on == date(2029, 1, 31)
        assert new.expires_on == date(2031, 1, 31)

    def test_what_never_expires_needs_none(self, registrar):
        with pytest.raises(NeverExpires):
            renew_credential(make.credential(), by=registrar, reason=REASON, at=LATER)

    def test_it_says_who_issues_and_signs_today_and_may_print_a_new_name(
        self, credential, registrar
    ):
        issuer = credential.issuer
        issuer.name, issuer.signatory_name = "Harbour Training", "Beth Kowalski"
        issuer.save()
        credential.refresh_from_db()
        new = renew_credential(
            credential, by=registrar, reason=REASON, at=IN_TIME, name="Ada Okafor"
        )
        assert (new.issuer_name, new.signatory_name) == ("Harbour Training", "Beth Kowalski")
        assert (new.name, credential.name) == ("Ada Okafor", "Ada Okafro")

    @pytest.mark.parametrize(
        ("verb", "error"), [(suspend, cannot.StillSuspended), (revoke, cannot.AlreadyRevoked)]
    )
    def test_what_may_not_be_relied_on_is_not_renewed(self, credential, registrar, verb, error):
        verb(credential, by=registrar, reason="x", at=NOON)
        with pytest.raises(error):
            renew_credential(credential, by=registrar, reason=REASON, at=IN_TIME)

    def test_one_that_was_replaced_is_renewed_under_its_newest_number(self, credential, registrar):
        corrected = replace_credential(
            credential, name="Ada O", by=registrar, reason=REASON, at=LATER
        )
        renewed = renew_credential(corrected, by=registrar, reason=REASON, at=IN_TIME)
        again = replace_credential(renewed, name="Ada P", by=registrar, reason=REASON, at=IN_TIME)
        assert [now(one, IN_TIME) for one in (credential, corrected, renewed, again)] == [
            "replaced",
            "renewed",
            "replaced",
            "current",
        ]

    def test_the_letter_says_which_number_counts_and_until_when(self, credential, registrar):
        User.objects.filter(pk=credential.holder_id).update(language="es")
        new = renew_credential(credential, by=registrar, reason=REASON, at=IN_TIME)
        prepare(str(new.pk), at=IN_TIME)
        body = mail.outbox[0].body
        assert new.number in body
        assert "23 de noviembre de 2030" in body
        assert "se ha renovado" in body


class TestUndoingARevocation:
    @pytest.fixture
    def revoked(self, credential, registrar):
        revoke(credential, by=registrar, reason="Wrong person.", at=NOON)
        return credential

    def test_a_second_registrar_undoes_it_with_a_reason(self, revoked, registrar):
        second = make.user()
        event = reinstate(revoked, by=second, reason="It was another file.", at=LATER)
        assert (event.actor, event.reason) == (second, "It was another file.")
        assert kinds(revoked) == ["issued", "revoked", "reinstated"]
        assert now(revoked) == Standing.CURRENT

    def test_the_one_who_revoked_it_does_not(self, revoked, registrar):
        with pytest.raises(cannot.SecondRegistrarNeeded):
            reinstate(revoked, by=registrar, reason="Oh.", at=LATER)
        assert now(revoked) == Standing.REVOKED

    def test_nor_its_holder(self, revoked):
        with pytest.raises(cannot.TheirOwnCredential):
            reinstate(revoked, by=revoked.holder, reason="It is mine.", at=LATER)

    def test_it_stands_as_it_stood_before_and_a_suspension_is_not_forgotten(
        self, credential, registrar
    ):
        suspend(credential, by=registrar, reason="x", at=NOON)
        revoke(credential, by=registrar, reason="x", at=NOON)
        reinstate(credential, by=make.user(), reason="x", at=LATER)
        assert now(credential) == Standing.SUSPENDED
        restore(credential, by=registrar, reason="x", at=LATER)
        assert now(credential) == Standing.CURRENT

    def test_it_may_be_revoked_and_undone_again_by_the_other_of_the_two(self, revoked, registrar):
        second = make.user()
        reinstate(revoked, by=second, reason="x", at=LATER)
        revoke(revoked, by=second, reason="x", at=LATER)
        with pytest.raises(cannot.SecondRegistrarNeeded):
            reinstate(revoked, by=second, reason="x", at=LATER)
        reinstate(revoked, by=registrar, reason="x", at=LATER)
        assert now(revoked) == Standing.CURRENT

    def test_only_what_is_revoked_is_undone_and_only_with_a_reason(self, credential, registrar):
        with pytest.raises(cannot.NotRevoked):
            reinstate(credential, by=make.user(), reason="x", at=LATER)
        revoke(credential, by=registrar, reason="x", at=LATER)
        with pytest.raises(cannot.ReasonNeeded):
            reinstate(credential, by=make.user(), reason=" ", at=LATER)

    def test_nobody_comes_to_hold_two(self, revoked, registrar):
        issue_by_hand(revoked.award, revoked.holder, evidence="Again.", by=registrar, at=LATER)
        with pytest.raises(cannot.AlreadyHolds):
            reinstate(revoked, by=make.user(), reason="x", at=LATER)

    def test_the_holder_is_written_to_and_a_file_that_was_not_announced_is(self, revoked):
        assert prepare(str(revoked.pk), at=NOON) == "prepared"
        reinstate(revoked, by=make.user(), reason="SECRET", at=LATER)
        assert prepare(str(revoked.pk), at=LATER) == "prepared and announced"
        mail.outbox.clear()
        notify_of_change.func(str(revoked.pk))
        bodies = [letter.body for letter in mail.outbox]
        assert "was undone on" in bodies[-1]
        assert not any("SECRET" in body for body in bodies)


class TestManyAtOnce:
    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.mark.parametrize("act", ["replace", "renew"])
    def test_of_many_presses_one_issues_and_the_others_are_told(self, act):
        credential = make.credential(make.award(valid_months=24))
        registrars = [make.user() for _ in range(6)]

        def press(number):
            context = {"by": registrars[number], "reason": REASON, "at": IN_TIME, "last_seen": 1}
            if act == "replace":
                return replace_credential(credential, name=f"Ada {'ABCDEF'[number]}", **context)
            return renew_credential(credential, **context)

        seen = at_once(6, press)
        assert sum(isinstance(one, Credential) for one in seen) == 1
        assert sum(isinstance(one, CannotBeDone) for one in seen) == 5
        assert Credential.objects.count() == 2
        assert kinds(credential) == ["issued", f"{act}d" if act == "replace" else "renewed"]

    def test_of_a_renewal_and_a_revocation_at_once_the_second_is_told(self):
        credential = make.credential(make.award(valid_months=24))
        registrar = make.user()
        context = {"by": registrar, "reason": REASON, "at": IN_TIME, "last_seen": 1}
        verbs = [renew_credential, revoke]
        seen = at_once(2, lambda number: verbs[number](credential, **context))
        assert sum(isinstance(one, CannotBeDone) for one in seen) == 1
        assert len(kinds(credential)) == 2


class TestRequests:
    def ask(self, credential, name="Ada Okafor"):
        return ask_for_correction(credential, name=name, words=" It is misspelt. ", at=LATER)

    def test_a_correction_is_asked_for_once_and_done_by_the_act_itself(self, credential, registrar):
        holder_request = self.ask(credential)
        assert (holder_request.name, holder_request.words, holder_request.decision) == (
            "Ada Okafor",
            "It is misspelt.",
            "",
        )
        with pytest.raises(cannot.AlreadyAsked):
            self.ask(credential)
        replace_credential(
            credential, name=holder_request.name, by=registrar, reason=REASON, at=LATER
        )
        holder_request.refresh_from_db()
        assert (holder_request.decision, holder_request.decided_by) == ("done", registrar)
        assert not HolderRequest.objects.open().exists()

    def test_a_renewal_is_asked_for_when_it_is_time(self, credential, registrar):
        with pytest.raises(TooEarlyToRenew):
            ask_for_renewal(credential, words="", at=LATER)
        holder_request = ask_for_renewal(credential, words="20 hours.", at=IN_TIME)
        replaced = self.ask(credential)
        renew_credential(credential, by=registrar, reason=REASON, at=IN_TIME)
        holder_request.refresh_from_db()
        replaced.refresh_from_db()
        assert (holder_request.decision, replaced.decision) == ("done", "")

    @pytest.mark.parametrize(
        ("verb", "error"), [(suspend, cannot.StillSuspended), (revoke, cannot.AlreadyRevoked)]
    )
    def test_nothing_is_asked_of_what_may_not_be_relied_on(
        self, credential, registrar, verb, error
    ):
        verb(credential, by=registrar, reason="x", at=NOON)
        with pytest.raises(error):
            self.ask(credential)
        with pytest.raises(error):
            ask_for_renewal(credential, words="", at=IN_TIME)

    def test_pressed_twice_at_the_same_time_it_is_asked_once(self, transactional_db):
        credential = make.credential()
        seen = at_once(4, lambda _: self.ask(credential, "Ada Somebody"))
        assert sum(isinstance(one, HolderRequest) for one in seen) == 1
        assert sum(isinstance(one, cannot.AlreadyAsked) for one in seen) == 3
