"""The checklist of a renewal as a page shows it: plain lines with days, and what was entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from certificates.dates import in_words
from certificates.models import Credential, RenewalEvidence
from certificates.renewal.checklist import Asks, Outlook
from certificates.renewal.rules import Phase
from certificates.renewal_outlook import Renewal
from certificates.renewal_words import (
    hours_in_words,
    item_progress,
    item_title,
    label_of,
    rule_in_words,
)
from certificates.requesting import renewal_request_problem


@dataclass(frozen=True)
class ChecklistLine:
    """A thing to do: what, how far, and whether it is done. `way` names the button that leads on."""

    title: str
    progress: str
    is_met: bool
    is_brought: bool
    way: str = ""


@dataclass(frozen=True)
class EvidenceLine:
    """An entry as its holder reads it, with what became of it."""

    evidence: RenewalEvidence
    kind: str
    hours: str
    done_on: str
    state: str
    is_repeated: bool


@dataclass(frozen=True)
class ChecklistPage:
    """What the page of a renewal shows."""

    credential: Credential
    when: str
    lines: list[ChecklistLine]
    entries: list[EvidenceLine]
    rule: list[str]
    may_ask: bool
    is_asked: bool
    is_waived: bool
    asks_for_hours: bool
    asks_for_word: bool


def checklist_page(credential: Credential, renewal: Renewal, *, at: datetime) -> ChecklistPage:
    """All that the page of a renewal shows of a credential."""
    seen, rule = renewal.outlook, renewal.rule
    return ChecklistPage(
        credential=credential,
        when=when_in_words(seen),
        lines=checklist_lines(renewal),
        entries=entry_lines(renewal),
        rule=rule_in_words(rule, statement=renewal.statement_title),
        may_ask=renewal_request_problem(credential, at=at) is None,
        is_asked=any(
            each.kind == each.Kind.RENEWAL and not each.decision
            for each in credential.requests.all()
        ),
        is_waived=seen.is_waived,
        asks_for_hours=bool(rule.minutes) and not seen.is_waived,
        asks_for_word=rule.needs_word,
    )


WAYS = {
    Asks.HOURS: "hours",
    Asks.STATEMENT: "sign",
    Asks.WORD: "word",
}


def checklist_lines(renewal: Renewal) -> list[ChecklistLine]:
    """The checklist, a line for each thing that the rule asks for."""
    return [
        ChecklistLine(
            title=item_title(item, statement=renewal.statement_title),
            progress=item_progress(item),
            is_met=item.is_met,
            is_brought=item.is_brought,
            way="" if item.is_met else WAYS.get(item.asks, ""),
        )
        for item in renewal.outlook.items
    ]


def when_in_words(seen: Outlook) -> str:
    """From when to when it can be renewed, as it is today."""
    last_day = in_words(seen.due_on)
    until = in_words(seen.last_chance) if seen.last_chance else ""
    if seen.phase == Phase.EARLY:
        return _("You can ask to renew it from %(opens)s. Its last day is %(last_day)s.") % {
            "opens": in_words(seen.opens_on),
            "last_day": last_day,
        }
    if seen.phase == Phase.OPEN:
        return _("You can renew it now. Its last day is %(last_day)s.") % {"last_day": last_day}
    if seen.phase == Phase.OVER:
        return _("Its last day was %(last_day)s, and the time in which it could be renewed is over. The award is earned anew.") % {"last_day": last_day}  # fmt: skip
    if seen.phase == Phase.GRACE:
        words = _("Its last day was %(last_day)s. You can still renew it without losing a day.")
    else:
        words = _("Its last day was %(last_day)s. You can still renew it late.")
    end = " " + _("Until %(until)s.") % {"until": until} if until else ""
    return words % {"last_day": last_day} + end


def entry_lines(renewal: Renewal) -> list[EvidenceLine]:
    """What was entered so far, in the order of its days."""
    labels = {each.name: label_of(each) for each in renewal.rule.categories}
    return [
        EvidenceLine(
            evidence=each,
            kind=labels.get(each.category, ""),
            hours=hours_in_words(each.minutes) if each.minutes else "",
            done_on=in_words(each.done_on),
            state=state_in_words(each, renewal),
            is_repeated=place in renewal.outlook.repeated,
        )
        for place, each in enumerate(renewal.evidence)
    ]


def state_in_words(evidence: RenewalEvidence, renewal: Renewal) -> str:
    """Whether an entry counts, waits, or was asked back."""
    if evidence.decision == evidence.Decision.ACCEPTED:
        return _("Accepted")
    if evidence.decision == evidence.Decision.ASKED_BACK:
        return _("Needs another look")
    is_believed = renewal.rule.audit_percent is not None and not renewal.is_sampled
    if is_believed and evidence.kind == evidence.Kind.HOURS:
        return _("Counts")
    return _("Waits to be looked at")
