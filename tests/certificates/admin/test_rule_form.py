"""The form of a rule takes back what it shows, and lets nothing that was typed fall away."""

import pytest
from django.urls import reverse

from certificates.admin.rule_form import RuleForm, initial_of
from certificates.models import RenewalRule
from certificates.renewal.rules import Category, Ends, LateStep, Rule, Years
from people.models import Act
from tests import make
from tests.make import NOON

FULL = Rule(
    months=18,
    opens_days=60,
    grace_days=10,
    late=(LateStep(30, "a fee", keeps_dates=True), LateStep(60, "again"), LateStep(None)),
    minutes=1000,
    categories=(
        Category("ethics", "Ethics", least=80),
        Category("online", "Online", most=100),
        Category("grief", "Grief", least=50, most=50),
    ),
    waived_months=6,
    needs_word=True,
    audit_percent=0,
)


def sent(rule, **changes):
    """What a browser sends of a form that shows a rule."""
    shown = RuleForm(initial=initial_of(rule, last_seen=0, today=NOON.date()))
    values = {bound.name: bound.value() for bound in shown} | changes
    return {
        name: value for name, value in values.items() if value is not None and value is not False
    }


@pytest.mark.parametrize(
    "rule",
    [
        FULL,
        Rule(),
        Rule(ends=Ends.MONTH_END, months=1, opens_days=10),
        Rule(ends=Ends.FIXED_DAY, fixed_month=2, fixed_day=29, years=Years.EVEN),
        Rule(late=(LateStep(None, ""),)),
        Rule(minutes=50, once_in_cycle=False, audit_percent=100),
    ],
)
def test_a_rule_that_is_sent_as_it_is_shown_stays_as_it_is(rule):
    form = RuleForm(sent(rule))
    assert form.is_valid(), form.errors
    assert form.rule == rule


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"late_1_asks": "a late fee"}, "late_1_days", "until how many days"),
        ({"late_2_keeps": "on"}, "late_2_days", "until how many days"),
        ({"late_1_days": "0", "late_1_asks": "a fee"}, "late_1_days", "until how many days"),
        ({"hours": "9", "kind_1_least": "3"}, "kind_1", "which kind of hours"),
        ({"hours": "9", "kind_3_most": "0"}, "kind_3", "which kind of hours"),
        ({"months": ""}, "months", "how many months"),
        ({"ends": "month_end", "months": ""}, "months", "how many months"),
    ],
)
def test_what_is_half_filled_in_is_asked_about_and_not_left_out(changes, field, words):
    form = RuleForm(sent(Rule(), **changes))
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]
    for name, value in changes.items():
        assert form[name].value() == (value == "on" or value)


def test_no_months_are_needed_where_it_ends_on_one_day_for_everyone():
    rule = Rule(ends=Ends.FIXED_DAY, fixed_month=6, fixed_day=30)
    form = RuleForm(sent(rule, months=""))
    assert form.is_valid(), form.errors
    assert form.rule == rule


def test_a_kind_of_hours_in_letters_of_another_script_has_a_name_of_its_own():
    form = RuleForm(sent(Rule(minutes=600), kind_1="倫理", kind_2="Этика", kind_3="Ética"))
    assert form.is_valid(), form.errors
    assert [each.name for each in form.rule.categories] == ["kind-1", "kind-2", "etica"]
    assert [each.label for each in form.rule.categories] == ["倫理", "Этика", "Ética"]


class TestThePage:
    @pytest.fixture
    def award(self):
        return make.award(valid_months=24)

    @pytest.fixture
    def page(self, award):
        return reverse("renewal_rules:award", args=[award.pk])

    def as_shown(self, client, page, **changes):
        form = client.get(page).context["form"]
        values = {bound.name: bound.value() for bound in form} | changes
        return {
            name: value
            for name, value in values.items()
            if value is not None and value is not False
        }

    def test_refused_it_keeps_what_was_typed_and_sets_nothing(self, client, registrar, page):
        fields = self.as_shown(client, page, late_1_asks="the examination again")
        response = client.post(page, fields)
        assert response.status_code == 422
        page_text = response.content.decode()
        assert "the examination again" in page_text
        assert "until how many days" in page_text
        assert not RenewalRule.objects.exists()

    def test_it_says_it_in_spanish(self, client, registrar, page):
        registrar.language = "es"
        registrar.save()
        fields = self.as_shown(client, page, late_1_asks="a fee", kind_1_least="1", months="")
        page_text = client.post(page, fields).content.decode()
        for words in ("Di cuántos meses", "Di hasta cuántos días", "Di qué clase de horas"):
            assert words in page_text

    def test_a_double_click_sets_one_version_and_is_one_act(self, client, registrar, page):
        fields = self.as_shown(client, page)
        assert [client.post(page, fields).status_code for _ in range(2)] == [302, 422]
        assert RenewalRule.objects.count() == 1
        assert Act.objects.filter(subject_kind="certificates.renewalrule").count() == 1

    def test_a_name_that_is_no_shipped_rule_is_not_kept_as_one(self, client, registrar, page):
        client.post(page, self.as_shown(client, page, began_as="<script>"))
        assert RenewalRule.objects.get().began_as == ""

    def test_whoever_is_no_registrar_is_shown_nothing(self, client, page):
        client.force_login(make.staff("certificates.view_credential"))
        response = client.get(page)
        assert response.status_code == 302
        assert "Renewal rule" not in response.content.decode()
