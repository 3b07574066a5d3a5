"""An award is renewed by its rule: the version of the day it was issued, unless a later one says so."""

from dataclasses import replace
from datetime import date

import pytest

from certificates.following import renew_credential
from certificates.models import RenewalRule
from certificates.renewal.rules import Ends, LateStep, Rule, Years
from certificates.renewal.shipped import BY_NAME
from certificates.renewal_exceptions import (
    RenewalIsOver,
    RuleChanged,
    RuleInThePast,
    TooEarlyToRenew,
)
from certificates.renewal_rules import rule_of, set_rule
from people.models import Act
from tests import make
from tests.make import DAY, NOON

TODAY = NOON.date()
PLAIN = Rule(months=24, opens_days=90)


@pytest.fixture
def registrar(db):
    return make.user(full_name="Rosa Adeyemi")


@pytest.fixture
def award(db):
    return make.award(valid_months=12)


def set_for(award, by, rule=PLAIN, **fields):
    fields = {"effective_on": TODAY, "at": NOON, **fields}
    return set_rule(award, rule, by=by, **fields)


def days_of(name):
    """A shipped rule without the work that it asks for."""
    return replace(BY_NAME[name].rule, minutes=0, categories=())


def renewed(credential, by, late_by):
    at = NOON + ((credential.expires_on - TODAY).days + late_by) * DAY
    return renew_credential(credential, by=by, reason="Hours seen.", at=at)


class TestSetting:
    def test_a_change_is_a_new_version_and_the_old_one_stays(self, award, registrar):
        first = set_for(award, registrar)
        before = RenewalRule.objects.values().get()
        second = set_for(award, registrar, Rule(months=36))
        assert (first.version, second.version) == (1, 2)
        assert RenewalRule.objects.filter(version=1).values().get() == before

    def test_it_is_an_act_in_the_log(self, award, registrar):
        version = set_for(award, registrar)
        act = Act.objects.get(subject_kind="certificates.renewalrule")
        assert (act.kind, act.subject_id, act.actor_id) == (
            "thing.created",
            str(version.pk),
            registrar.pk,
        )

    def test_no_rule_reaches_into_days_that_are_over(self, award, registrar):
        with pytest.raises(RuleInThePast):
            set_for(award, registrar, effective_on=date(2026, 11, 22))
        assert not RenewalRule.objects.exists()

    def test_nobody_sets_one_over_a_version_that_they_have_not_seen(self, award, registrar):
        set_for(award, registrar)
        with pytest.raises(RuleChanged):
            set_for(award, registrar, last_seen=0)
        set_for(award, registrar, last_seen=1)


class TestWhichVersionCounts:
    def test_without_a_rule_the_months_of_the_award_do(self, award):
        credential = make.credential(award)
        assert credential.expires_on == date(2027, 11, 23)
        assert rule_of(credential, on=TODAY) is None

    def test_the_first_last_day_is_the_rules(self, award, registrar):
        set_for(award, registrar, BY_NAME["nebraska"].rule)
        assert make.credential(award).expires_on == date(2027, 9, 1)

    def test_one_that_is_in_force_later_is_not_in_force_yet(self, award, registrar):
        set_for(award, registrar, effective_on=date(2027, 1, 1))
        assert make.credential(award).expires_on == date(2027, 11, 23)
        later = make.credential(award, at=NOON + 60 * DAY)
        assert later.expires_on == date(2029, 1, 22)

    def test_whoever_holds_it_stays_on_the_rule_of_the_day_of_issue(self, award, registrar):
        set_for(award, registrar)
        credential = make.credential(award, at=NOON + DAY)
        set_for(award, registrar, Rule(months=36), effective_on=date(2026, 12, 1))
        assert rule_of(credential, on=date(2028, 1, 1)).version == 1
        assert rule_of(make.credential(award, at=NOON + 30 * DAY), on=TODAY).version == 2

    def test_unless_the_rule_says_that_it_is_for_them_too(self, award, registrar):
        credential = make.credential(award)
        set_for(award, registrar, effective_on=date(2026, 12, 1), for_holders_too=True)
        assert rule_of(credential, on=date(2026, 11, 30)) is None
        assert rule_of(credential, on=date(2026, 12, 1)).version == 1
        assert credential.expires_on == date(2027, 11, 23), "what is printed stays"

    def test_a_later_version_for_new_ones_alone_does_not_take_its_place(self, award, registrar):
        credential = make.credential(award)
        day = date(2026, 12, 1)
        set_for(award, registrar, effective_on=day, for_holders_too=True)
        set_for(award, registrar, Rule(months=36), effective_on=day)
        assert rule_of(credential, on=day).version == 1


class TestRenewingByIt:
    def test_sixty_days_early_costs_nobody_a_day(self, award, registrar):
        set_for(award, registrar, days_of("california"))
        credential = make.credential(award)
        new = renewed(credential, registrar, -60)
        assert (credential.expires_on, new.expires_on) == (date(2028, 11, 23), date(2030, 11, 23))
        assert new.issued_on == date(2028, 9, 24)

    def test_before_the_window_it_is_too_early(self, award, registrar):
        set_for(award, registrar, Rule(months=24, opens_days=30))
        with pytest.raises(TooEarlyToRenew, match="24 October 2028"):
            renewed(make.credential(award), registrar, -31)

    def test_a_lapsed_one_in_grace_goes_on_without_a_gap(self, award, registrar):
        set_for(award, registrar, Rule(months=24, grace_days=30))
        new = renewed(make.credential(award), registrar, 30)
        assert new.expires_on == date(2030, 11, 23)

    def test_after_the_last_step_the_award_is_earned_anew(self, award, registrar):
        set_for(award, registrar, days_of("north_carolina"))
        credential = make.credential(award)
        with pytest.raises(RenewalIsOver, match="23 December 2028"):
            renewed(credential, registrar, 31)
        assert renewed(credential, registrar, 30).expires_on == date(2030, 11, 23)

    def test_a_step_that_does_not_keep_the_dates_counts_from_its_day(self, award, registrar):
        rule = Rule(months=24, late=(LateStep(180, "a fee"),))
        set_for(award, registrar, rule)
        assert renewed(make.credential(award), registrar, 100).expires_on == date(2031, 3, 3)

    def test_everyone_ends_on_the_same_day_again(self, award, registrar):
        rule = Rule(ends=Ends.FIXED_DAY, fixed_month=9, years=Years.ODD)
        set_for(award, registrar, rule)
        assert renewed(make.credential(award), registrar, -10).expires_on == date(2029, 9, 1)
