"""A registrar chooses the rule of an award, changes it, and reads what it says."""

import pytest
from django.urls import reverse
from django.utils import timezone

from certificates.models import RenewalRule
from certificates.renewal.rules import Rule
from certificates.renewal.shipped import SHIPPED
from certificates.renewal_rules import set_rule
from tests import make


@pytest.fixture
def award(db):
    return make.award(valid_months=24)


@pytest.fixture
def rosa(registrar):
    return registrar


def page_of(award):
    return reverse("renewal_rules:award", args=[award.pk])


def filled_in(client, award, query=""):
    """The form as it stands on the page."""
    form = client.get(page_of(award) + query).context["form"]
    values = {bound.name: bound.value() for bound in form}
    return {
        name: value for name, value in values.items() if value is not None and value is not False
    }


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda each: each.name)
def test_a_shipped_rule_is_chosen_as_it_is(client, award, rosa, shipped):
    page = client.get(f"{page_of(award)}?from={shipped.name}").content.decode()
    assert shipped.source in page
    assert "No lawyer has" in page
    response = client.post(page_of(award), filled_in(client, award, f"?from={shipped.name}"))
    assert response.status_code == 302
    version = RenewalRule.objects.get()
    assert version.rule == shipped.rule
    assert (version.began_as, version.created_by, version.version) == (shipped.name, rosa, 1)


def test_a_change_is_made_to_the_newest_and_becomes_a_version(client, award, rosa):
    statement = make.statement()
    client.post(page_of(award), filled_in(client, award, "?from=north_carolina"))
    fields = filled_in(client, award)
    fields |= {
        "statement": statement.statement.pk,
        "kind_1": "Peer support",
        "kind_1_least": "4.5",
        "late_2_days": "60",
        "late_2_asks": "the examination",
        "for_holders_too": "on",
    }
    assert client.post(page_of(award), fields).status_code == 302
    rule = RenewalRule.objects.get(version=2)
    assert rule.for_holders_too
    assert rule.rule.statement == statement.statement.slug
    assert rule.rule.categories[0].least == 270
    assert [step.days for step in rule.rule.late] == [30, 60]
    page = client.get(page_of(award)).content.decode()
    assert "at least 4.5 hours: Peer support" in page
    assert "with the examination" in page
    assert "Version 1" in page


def test_a_rule_that_contradicts_itself_is_refused_in_words(client, award, rosa):
    fields = filled_in(client, award, "?from=icrc") | {"kind_1_least": "30"}
    response = client.post(page_of(award), fields)
    assert response.status_code == 422
    assert "The parts ask for more hours than the whole." in response.content.decode()
    assert not RenewalRule.objects.exists()


def test_a_day_that_is_over_is_refused_beside_its_field(client, award, rosa):
    fields = filled_in(client, award) | {"effective_on": "2020-01-01"}
    page = client.post(page_of(award), fields)
    assert page.status_code == 422
    assert "from today or a later day" in page.content.decode()


def test_the_list_says_of_each_award_what_counts_today(client, award, rosa):
    url = reverse("renewal_rules:index")
    assert "No rule" in client.get(url).content.decode()
    at = timezone.now()
    for each in (award, make.award(name="Another")):
        set_rule(each, Rule(), effective_on=at.date(), by=rosa, at=at, began_as="icrc")
    assert client.get(url).content.decode().count("IC&amp;RC Peer Recovery") == 2


def test_whoever_only_reads_sets_nothing(client, award):
    reader = make.staff("certificates.view_renewalrule")
    client.force_login(reader)
    page = client.get(page_of(award))
    assert page.status_code == 200
    assert "Set this rule" not in page.content.decode()
    assert client.post(page_of(award), {"months": "24"}).status_code == 302
    assert not RenewalRule.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"months": "0"}, "greater than or equal to 1"),
        ({"fixed_month": "2", "fixed_day": "30"}, "There is no such day."),
        ({"hours": "5", "kind_1": "Ethics", "kind_1_least": "6"}, "more hours than the whole"),
        (
            {"hours": "9", "kind_1": "Ethics", "kind_1_least": "6", "kind_1_most": "3"},
            "No more of a kind may count than must be done.",
        ),
        (
            {"late_1_days": "60", "late_2_days": "30"},
            "Each step ends later than the one before it.",
        ),
        (
            {"grace_days": "30", "late_1_days": "30"},
            "Each step ends later than the one before it.",
        ),
        ({"months": "3", "opens_days": "84"}, "Choose fewer than 84 days."),
        ({"months": "1", "grace_days": "30"}, "Dates are kept for less long than a term is."),
        ({"hours": "9", "kind_1": "Ethics", "kind_2": "ethics"}, "a name of its own"),
        ({"audit_percent": "101"}, "less than or equal to 100"),
        ({"ends": "never"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_in_words(client, award, rosa, changes, words):
    response = client.post(page_of(award), filled_in(client, award) | changes)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not RenewalRule.objects.exists()


def test_another_registrar_was_first(client, award, rosa):
    fields = filled_in(client, award)
    client.post(page_of(award), fields)
    response = client.post(page_of(award), fields)
    assert response.status_code == 422
    assert "This rule was changed in the meantime" in response.content.decode()
    assert RenewalRule.objects.count() == 1


def test_nothing_else_of_the_site_knows_an_award_that_is_not_there(client, award, rosa):
    assert client.get(reverse("renewal_rules:award", args=[award.pk + 1])).status_code == 404
