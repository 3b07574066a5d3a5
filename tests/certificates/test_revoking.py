"""A standing changes only by events that say who and why."""

import pytest

from certificates import exceptions as cannot
from certificates.models import CredentialEvent
from certificates.revoking import restore, revoke, suspend
from certificates.tasks import notify_of_change
from tests import make
from tests.make import DAY, NOON
from tests.racing import at_once

REASON = "The file was read again."


class TestWhatMayBecomeOfIt:
    @pytest.fixture(autouse=True)
    def _db(self, db):
        self.registrar = make.user(full_name="Rosa Adeyemi")
        self.credential = make.credential()

    def do(self, verb, **changes):
        arguments = {"by": self.registrar, "reason": REASON, "at": NOON, **changes}
        return verb(self.credential, **arguments)

    def test_each_change_is_a_numbered_event_with_who_when_and_why(self):
        self.do(suspend)
        self.do(restore, at=NOON + DAY)
        event = self.do(revoke, at=NOON + 2 * DAY, reason="  Found to be another’s work. ")
        assert [e.number for e in self.credential.events.all()] == [1, 2, 3, 4]
        assert (event.actor, event.at) == (self.registrar, NOON + 2 * DAY)
        assert event.reason == "Found to be another’s work."

    @pytest.mark.parametrize("verb", [suspend, restore, revoke])
    def test_a_reason_is_needed(self, verb):
        with pytest.raises(cannot.ReasonNeeded):
            self.do(verb, reason=" ")

    @pytest.mark.parametrize("verb", [suspend, restore, revoke])
    def test_what_was_revoked_stays_revoked(self, verb):
        self.do(revoke)
        with pytest.raises(cannot.AlreadyRevoked):
            self.do(verb)

    def test_it_is_suspended_once(self):
        self.do(suspend)
        with pytest.raises(cannot.AlreadySuspended):
            self.do(suspend)

    def test_only_what_is_suspended_is_restored(self):
        with pytest.raises(cannot.NotSuspended):
            self.do(restore)

    def test_word_of_each_change_is_owed_and_the_worker_is_told_after_the_commit(
        self, enqueued, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            for verb in (suspend, restore, revoke):
                self.do(verb)
            assert enqueued(notify_of_change) == []
        assert enqueued(notify_of_change) == [str(self.credential.pk)] * 3
        owed = CredentialEvent.objects.notice_due()
        assert [event.kind for event in owed] == ["suspended", "restored", "revoked"]

    def test_nobody_acts_on_what_they_have_not_seen(self):
        self.do(suspend)
        with pytest.raises(cannot.ChangedMeanwhile):
            self.do(revoke, last_seen=1)
        assert self.credential.events.count() == 2


class TestManyAtOnce:
    pytestmark = pytest.mark.django_db(transaction=True)

    def test_of_many_registrars_at_once_one_suspends_and_the_others_are_told(self):
        credential = make.credential()
        registrar = make.user()
        outcomes = at_once(
            8, lambda _: suspend(credential, by=registrar, reason=REASON, at=NOON, last_seen=1)
        )
        refusals = [outcome for outcome in outcomes if isinstance(outcome, cannot.CannotBeDone)]
        assert len(refusals) == 7
        assert [event.kind for event in credential.events.all()] == ["issued", "suspended"]
