"""A rule and a checklist in plain sentences, in the language that is active."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certificates.renewal.checklist import Asks, Item
from certificates.renewal.rules import A_LEAP_YEAR, Category, Ends, LateStep, Rule, Years

HOUR = 60


def hours_in_words(minutes: int) -> str:
    """Such as “20 hours”, or “1.5 hours”."""
    hours = round(minutes / HOUR, 2)
    number = number_format(int(hours) if hours == int(hours) else hours)
    return ngettext("%(number)s hour", "%(number)s hours", 1 if hours == 1 else 2) % {
        "number": number
    }


def label_of(category: Category) -> str:
    """The name of a kind of hours. Those that are shipped are translated."""
    return _(category.label)


def rule_in_words(rule: Rule, *, statement: str = "") -> list[str]:
    """What a rule says, a sentence each. `statement` is the title of what is signed again."""
    return [*_days(rule), *_ladder(rule), *_work(rule, statement)]


def _days(rule: Rule) -> Iterator[str]:
    if rule.ends == Ends.FIXED_DAY:
        day = date_format(date(A_LEAP_YEAR, rule.fixed_month, rule.fixed_day), "MONTH_DAY_FORMAT")
        yield {
            Years.EVERY: _("It ends for everyone on %(day)s of each year."),
            Years.ODD: _("It ends for everyone on %(day)s of each odd year."),
            Years.EVEN: _("It ends for everyone on %(day)s of each even year."),
        }[rule.years] % {"day": day}
    else:
        sentences = {
            Ends.ANNIVERSARY: ngettext(
                "It ends %(number)s month after the day it was issued.",
                "It ends %(number)s months after the day it was issued.",
                rule.months,
            ),
            Ends.MONTH_END: ngettext(
                "It ends at the end of the month, %(number)s month after it was issued.",
                "It ends at the end of the month, %(number)s months after it was issued.",
                rule.months,
            ),
        }
        yield sentences[rule.ends] % {"number": rule.months}
    yield ngettext(
        "It can be renewed from %(number)s day before its last day.",
        "It can be renewed from %(number)s days before its last day.",
        rule.opens_days,
    ) % {"number": rule.opens_days}


def _ladder(rule: Rule) -> Iterator[str]:
    if rule.grace_days:
        yield ngettext(
            "For %(number)s day after its last day it can still be renewed without a gap.",
            "For %(number)s days after its last day it can still be renewed without a gap.",
            rule.grace_days,
        ) % {"number": rule.grace_days}
    for step in rule.late:
        yield late_step_in_words(step)
    if not rule.late or rule.late[-1].days is not None:
        yield _("After that it cannot be renewed: the award is earned anew.")


def late_step_in_words(step: LateStep) -> str:
    """What a step of the ladder asks, and whether it leaves a gap."""
    if step.days is None:
        begin = _("Later it can be renewed at any time")
    else:
        begin = ngettext(
            "Until %(number)s day after its last day it can be renewed late",
            "Until %(number)s days after its last day it can be renewed late",
            step.days,
        ) % {"number": step.days}
    asks = _(", with %(asks)s") % {"asks": _(step.asks)} if step.asks else ""
    end = (
        _("; the dates go on without a gap.")
        if step.keeps_dates
        else _("; it then counts from that day, and the gap stays to be seen.")
    )
    return f"{begin}{asks}{end}"


def _work(rule: Rule, statement: str) -> Iterator[str]:
    if rule.minutes:
        yield _("Each time it asks for %(hours)s of continuing education.") % {
            "hours": hours_in_words(rule.minutes)
        }
    for category in rule.categories:
        yield from _category(category)
    if rule.minutes and rule.once_in_cycle:
        yield _("The same programme counts once between two renewals.")
    if rule.minutes and rule.waived_months:
        yield ngettext(
            "Whoever was first issued it within %(number)s month before its last day needs no "
            "hours.",
            "Whoever was first issued it within %(number)s months before its last day needs no "
            "hours.",
            rule.waived_months,
        ) % {"number": rule.waived_months}
    if rule.statement:
        yield _("“%(statement)s” is signed again each time.") % {
            "statement": statement or rule.statement
        }
    if rule.needs_word:
        yield _("A supervisor says that the work was done.")
    if rule.minutes and rule.audit_percent is not None:
        yield _(
            "Of %(number)s in a hundred renewals the registrar looks at every entry; otherwise "
            "what you enter counts at once."
        ) % {"number": rule.audit_percent}


def _category(category: Category) -> Iterator[str]:
    words = {"label": label_of(category)}
    if category.least:
        yield _("Of these at least %(hours)s: %(label)s.") % {
            **words,
            "hours": hours_in_words(category.least),
        }
    if category.most is not None:
        yield _("No more than %(hours)s count: %(label)s.") % {
            **words,
            "hours": hours_in_words(category.most),
        }


# Lines of a checklist -----------------------------------------------------------------------


def item_title(item: Item, *, statement: str = "") -> str:
    """What a line of the checklist asks for, without how far it is."""
    if item.asks == Asks.HOURS:
        return _("%(hours)s of continuing education") % {"hours": hours_in_words(item.needed)}
    if item.asks == Asks.CATEGORY and item.category is not None:
        return _("Of these at least %(hours)s: %(label)s") % {
            "hours": hours_in_words(item.needed),
            "label": label_of(item.category),
        }
    return {
        Asks.STATEMENT: _("Sign “%(statement)s” again") % {"statement": statement},
        Asks.WORD: _("The word of your supervisor"),
    }.get(item.asks, _("A file for each entry: your renewal is one of those that are looked at"))


def item_progress(item: Item) -> str:
    """How far a line is, such as “14 hours count, 2 hours wait to be looked at, 4 hours to go”."""
    if item.asks in {Asks.HOURS, Asks.CATEGORY}:
        return _progress_of_hours(item)
    if item.is_met:
        return _("Done")
    if item.asks == Asks.FILES:
        return _("%(counted)s of %(needed)s have one") % {
            "counted": item.counted,
            "needed": item.needed,
        }
    return _("It waits to be looked at") if item.waiting else _("Still to do")


def _progress_of_hours(item: Item) -> str:
    parts = [_("%(hours)s count") % {"hours": hours_in_words(item.counted)}]
    if item.waiting:
        parts.append(_("%(hours)s wait to be looked at") % {"hours": hours_in_words(item.waiting)})
    if item.missing:
        parts.append(_("%(hours)s to go") % {"hours": hours_in_words(item.missing)})
    return ", ".join(parts)
