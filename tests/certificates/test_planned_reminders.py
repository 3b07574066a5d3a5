"""An upgrade plans the reminders of credentials that were there before, and of no others."""

from datetime import date
from importlib import import_module

import pytest
import time_machine
from django.apps import apps

from certificates.following import renew_credential
from certificates.models import Credential, RenewalReminder
from certificates.reminders import due_reminders
from tests import make
from tests.make import DAY, NOON

migration = import_module("certificates.migrations.0014_plan_reminders")


@pytest.fixture
def award(db):
    return make.award(valid_months=24)


def upgraded(at):
    """The next reminder of each credential after an upgrade at a moment, by its holder's name."""
    RenewalReminder.objects.all().delete()
    with time_machine.travel(at, tick=False):
        migration.plan(apps, None)
    rows = RenewalReminder.objects.select_related("credential")
    return {row.credential.name: row.next_on for row in rows}


@pytest.mark.parametrize(
    ("days", "next_on"),
    [
        (0, date(2028, 8, 25)),
        (650, date(2028, 9, 24)),
        (690, date(2028, 10, 24)),
        (710, date(2028, 11, 16)),
        (725, None),
    ],
)
def test_each_is_reminded_at_every_day_that_is_still_to_come(award, days, next_on):
    make.credential(award, make.user(full_name="Ada Okafor"))
    assert upgraded(NOON + days * DAY) == {"Ada Okafor": next_on}


def test_none_is_sent_at_the_upgrade_itself(award):
    make.credential(award)
    at = NOON + 690 * DAY
    upgraded(at)
    assert not due_reminders(at).exists()


def test_what_is_over_or_does_not_run_out_has_none(award):
    make.credential(award, make.user(full_name="Lapsed Person"))
    make.credential(make.award(), make.user(full_name="Always Valid"))
    assert upgraded(NOON + 900 * DAY) == {}


def test_of_one_that_was_renewed_only_the_new_number_has_one(award):
    old = make.credential(award, make.user(full_name="Ada Okafor"))
    rosa = make.user(full_name="Rosa Adeyemi")
    renew_credential(old, by=rosa, reason="Seen.", at=NOON + 700 * DAY, name="Ada Adeyemi")
    assert list(upgraded(NOON + 701 * DAY)) == ["Ada Adeyemi"]


def test_doing_it_again_plans_nothing_twice(award):
    make.credential(award)
    upgraded(NOON)
    with time_machine.travel(NOON, tick=False):
        migration.plan(apps, None)
    assert RenewalReminder.objects.count() == 1


def test_the_way_back_leaves_the_credentials_as_they_were(award):
    make.credential(award)
    before = list(Credential.objects.values())
    upgraded(NOON)
    migration.forget(apps, None)
    assert not RenewalReminder.objects.exists()
    assert list(Credential.objects.values()) == before
