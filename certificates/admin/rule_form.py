"""What a registrar fills in to set the rule by which an award is renewed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from certificates.models import Statement
from certificates.renewal.rules import (
    MOST_DAYS,
    MOST_MONTHS,
    Category,
    Ends,
    LateStep,
    Rule,
    UnusableRule,
    Years,
    shortest_term,
)

HOUR = 60
CATEGORIES = range(1, 4)
STEPS = range(1, 3)
ENDS = [
    (Ends.ANNIVERSARY.value, _("So many months after the day it was issued")),
    (Ends.MONTH_END.value, _("At the end of that month")),
    (Ends.FIXED_DAY.value, _("On one day for everyone")),
]
YEARS = [
    (Years.EVERY.value, _("Each year")),
    (Years.ODD.value, _("Each odd year")),
    (Years.EVEN.value, _("Each even year")),
]


def _days(label: Any, **how: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_DAYS, **how)


def _hours(label: Any, **how: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal(0),
        max_value=Decimal(1000),
        decimal_places=2,
        required=False,
        **how,
    )


class RuleForm(forms.Form):
    """The rule of an award, from a day on. What it holds is judged by `Rule` itself."""

    last_seen = forms.IntegerField(widget=forms.HiddenInput)
    began_as = forms.CharField(required=False, widget=forms.HiddenInput)
    effective_on = forms.DateField(
        label=_("In force from"),
        widget=AdminDateInput,
        help_text=_("For certificates that are issued from this day on."),
    )
    for_holders_too = forms.BooleanField(
        label=_("Also for whoever holds it by then"),
        required=False,
        help_text=_(
            "Without this they stay on the rule of the day on which theirs was issued. The last "
            "day that is printed on a certificate stays in any case."
        ),
    )
    ends = forms.ChoiceField(label=_("It ends"), choices=ENDS, widget=forms.RadioSelect)
    months = forms.IntegerField(
        label=_("Months"),
        required=False,
        min_value=1,
        max_value=MOST_MONTHS,
        help_text=_("How long a term is. Not needed where it ends on one day for everyone."),
    )
    fixed_month = forms.IntegerField(label=_("Month of that day"), min_value=1, max_value=12)
    fixed_day = forms.IntegerField(label=_("Day of that month"), min_value=1, max_value=31)
    years = forms.ChoiceField(label=_("In which years"), choices=YEARS)
    opens_days = _days(_("Days before the last day from which it can be renewed"))
    grace_days = _days(_("Days after it in which nothing is lost"))
    afterwards = forms.BooleanField(
        label=_("After all of these it can still be renewed, with a gap"),
        required=False,
        help_text=_("Without this the award is then earned anew."),
    )
    hours = _hours(_("Hours of continuing education"))
    once_in_cycle = forms.BooleanField(
        label=_("The same programme counts once between two renewals"), required=False
    )
    waived_months = forms.IntegerField(
        label=_("No hours for whoever was first issued it within so many months"),
        min_value=0,
        max_value=MOST_MONTHS,
        help_text=_("Before its last day. 0 for nobody."),
    )
    statement = forms.ModelChoiceField(
        label=_("Statement that is signed again"),
        queryset=Statement.objects.all(),
        required=False,
    )
    needs_word = forms.BooleanField(
        label=_("A supervisor says that the work was done"), required=False
    )
    audit_percent = forms.IntegerField(
        label=_("Of so many in a hundred renewals each entry is looked at"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=_("Leave empty to look at every entry of everybody before it counts."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in STEPS:
            words = {"number": number}
            self.fields[f"late_{number}_days"] = _days(
                gettext("Late step %(number)s: until days after the last day") % words,
                required=False,
            )
            self.fields[f"late_{number}_asks"] = forms.CharField(
                label=gettext("Late step %(number)s: what it takes") % words,
                max_length=120,
                required=False,
                help_text=gettext("Such as: a late fee, or the examination again."),
            )
            self.fields[f"late_{number}_keeps"] = forms.BooleanField(
                label=gettext("Late step %(number)s: the dates go on without a gap") % words,
                required=False,
            )
        for number in CATEGORIES:
            words = {"number": number}
            self.fields[f"kind_{number}"] = forms.CharField(
                label=gettext("Kind of hours %(number)s") % words, max_length=60, required=False
            )
            self.fields[f"kind_{number}_least"] = _hours(
                gettext("Kind of hours %(number)s: at least") % words
            )
            self.fields[f"kind_{number}_most"] = _hours(
                gettext("Kind of hours %(number)s: no more count than") % words
            )

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields by what they are about, with a heading each."""
        late = [f"late_{n}_{part}" for n in STEPS for part in ("days", "asks", "keeps")]
        kinds = [f"kind_{n}{part}" for n in CATEGORIES for part in ("", "_least", "_most")]
        named = {
            gettext("From when"): ["effective_on", "for_holders_too"],
            gettext("When it ends"): ["ends", "months", "fixed_month", "fixed_day", "years"],
            gettext("When it can be renewed"): ["opens_days", "grace_days", *late, "afterwards"],
            gettext("Hours"): ["hours", *kinds, "once_in_cycle", "waived_months", "audit_percent"],
            gettext("Besides"): ["statement", "needs_word"],
        }
        return [(title, [self[name] for name in names]) for title, names in named.items()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, problem in _half_filled(cleaned):
            self.add_error(name, problem)
        if not self.errors:
            try:
                self.rule = self._rule(cleaned)
            except UnusableRule as problem:
                self.add_error(None, gettext(str(problem)))
            else:
                if problem_of_window := too_wide(self.rule.opens_days, shortest_term(self.rule)):
                    self.add_error("opens_days", problem_of_window)
        return cleaned

    def _rule(self, cleaned: dict[str, Any]) -> Rule:
        statement: Statement | None = cleaned["statement"]
        return Rule(
            ends=Ends(cleaned["ends"]),
            months=cleaned["months"] or Rule.months,
            fixed_month=cleaned["fixed_month"],
            fixed_day=cleaned["fixed_day"],
            years=Years(cleaned["years"]),
            opens_days=cleaned["opens_days"],
            grace_days=cleaned["grace_days"],
            late=_steps(cleaned),
            minutes=_minutes(cleaned["hours"]) or 0,
            categories=_categories(cleaned),
            once_in_cycle=cleaned["once_in_cycle"],
            waived_months=cleaned["waived_months"],
            statement=statement.slug if statement else "",
            needs_word=cleaned["needs_word"],
            audit_percent=cleaned["audit_percent"],
        )


def too_wide(opens_days: int, term: int) -> str:
    """What is the matter with a window in which to renew that is as long as a term; else nothing."""
    if opens_days < term:
        return ""
    message = gettext(
        "It could be renewed on the day it is issued. Choose fewer than %(days)s days."
    )
    return message % {"days": term}


def _half_filled(cleaned: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each field that is empty although something beside it has no meaning without it."""
    if cleaned.get("ends") != Ends.FIXED_DAY and cleaned.get("months", 1) is None:
        yield "months", gettext("Say how many months a term has.")
    for number in STEPS:
        days = f"late_{number}_days"
        is_named = cleaned.get(f"late_{number}_asks") or cleaned.get(f"late_{number}_keeps")
        if is_named and not cleaned.get(days, True):
            yield days, gettext("Say until how many days after the last day this step goes.")
    for number in CATEGORIES:
        label = f"kind_{number}"
        hours = (cleaned.get(f"{label}_least"), cleaned.get(f"{label}_most"))
        if hours != (None, None) and not cleaned.get(label, True):
            yield label, gettext("Say which kind of hours this is.")


def _minutes(hours: Decimal | None) -> int | None:
    return None if hours is None else round(hours * HOUR)


def _hours_of(minutes: int | None) -> float | None:
    """Minutes as the form takes them back: with two digits, which are whole minutes again."""
    return None if minutes is None else round(minutes / HOUR, 2)


def _steps(cleaned: dict[str, Any]) -> tuple[LateStep, ...]:
    steps = [
        LateStep(
            cleaned[f"late_{number}_days"],
            cleaned[f"late_{number}_asks"],
            cleaned[f"late_{number}_keeps"],
        )
        for number in STEPS
        if cleaned[f"late_{number}_days"]
    ]
    return (*steps, LateStep(None)) if cleaned["afterwards"] else tuple(steps)


def _categories(cleaned: dict[str, Any]) -> tuple[Category, ...]:
    return tuple(
        Category(
            slugify(cleaned[f"kind_{number}"])[:40] or f"kind-{number}",
            cleaned[f"kind_{number}"],
            _minutes(cleaned[f"kind_{number}_least"]) or 0,
            _minutes(cleaned[f"kind_{number}_most"]),
        )
        for number in CATEGORIES
        if cleaned[f"kind_{number}"]
    )


def initial_of(rule: Rule, *, last_seen: int, today: date, began_as: str = "") -> dict[str, Any]:
    """What the form shows of a rule that it begins with."""
    steps = [step for step in rule.late if step.days is not None]
    initial: dict[str, Any] = {
        "last_seen": last_seen,
        "began_as": began_as,
        "effective_on": today,
        "ends": rule.ends.value,
        "years": rule.years.value,
        "hours": _hours_of(rule.minutes or None),
        "afterwards": len(steps) < len(rule.late),
        "statement": Statement.objects.filter(slug=rule.statement).first(),
    }
    same = ("months", "fixed_month", "fixed_day", "opens_days", "grace_days", "once_in_cycle")
    for name in (*same, "waived_months", "needs_word", "audit_percent"):
        initial[name] = getattr(rule, name)
    for number, step in enumerate(steps, 1):
        initial |= {
            f"late_{number}_days": step.days,
            f"late_{number}_asks": step.asks,
            f"late_{number}_keeps": step.keeps_dates,
        }
    for number, category in enumerate(rule.categories, 1):
        initial |= {
            f"kind_{number}": category.label,
            f"kind_{number}_least": _hours_of(category.least or None),
            f"kind_{number}_most": _hours_of(category.most),
        }
    return initial
