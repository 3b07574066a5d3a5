"""What a proposal says and what would come of it, for whoever decides. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from certificates.approving.judging import EVENT_OF_ACT, comes_to
from certificates.approving.performing import attested_hours
from certificates.bulk.judging import DryRun
from certificates.changing.judging import ChangeDryRun
from certificates.dates import in_words
from certificates.following import next_last_day
from certificates.hours import Hours
from certificates.models import Award, Credential, CredentialEvent, Proposal
from certificates.renewal_rules import first_last_day
from certificates.standing import standing, standing_of

Act = Proposal.Act
Fact = tuple[str, str]
"""What it is, and what is said of it."""


def facts_of(proposal: Proposal) -> list[Fact]:
    """All that was filled in, in words."""
    facts = [fact for fact in _facts(proposal) if fact[1]]
    review_on = proposal.terms.get("review_on")
    if review_on:
        facts.append((_("Look at it again on"), in_words(date.fromisoformat(review_on))))
    if proposal.terms.get("although_incomplete"):
        facts.append((_("Renewal"), _("Although something is missing that the rule asks for.")))
    return facts


def _facts(proposal: Proposal) -> Iterator[Fact]:
    if proposal.holder is not None:
        holder = proposal.holder
        yield _("Holder"), f"{holder.full_name} ({holder.email})"
    if proposal.credential is not None:
        credential = proposal.credential
        yield _("Number"), credential.number
        yield _("Award"), f"{credential.award_name} ({credential.issuer_name})"
        yield _("Name as printed"), credential.name
        yield _("Name to print"), proposal.terms.get("name", "")
    elif proposal.award is not None:
        yield from _facts_of_issue(proposal, proposal.award)
    if proposal.bulk_issue is not None:
        yield _("File"), proposal.bulk_issue.file_name
        yield _("What the certificate says after the name"), proposal.bulk_issue.words
    is_issue = proposal.act in {Act.ISSUE, Act.ISSUE_MANY}
    yield (_("What the award rests on") if is_issue else _("Reason")), proposal.reason
    yield _("What the holder reads"), proposal.explanation


def _facts_of_issue(proposal: Proposal, award: Award) -> Iterator[Fact]:
    holder, terms = proposal.holder, proposal.terms
    yield _("Award"), f"{award.name} ({award.issuer})"
    yield _("Name to print"), terms.get("name") or (holder.full_name if holder else "")
    words = terms.get("words")
    if words is None:
        yield (
            _("What the certificate says after the name"),
            f"{award.description} {_('With what its course covers.')}",
        )
    else:
        yield _("What the certificate says after the name"), words
    if attested := attested_hours(proposal):
        hours = Hours.frozen(attested.minutes, {}, attested.by)
        yield str(hours.label), str(hours.text)


# What strangers read ------------------------------------------------------------------------------


def strangers_read(proposal: Proposal, *, at: datetime) -> list[Fact]:
    """What whoever checks it reads now, and would read once it is approved; of lists nothing."""
    if proposal.credential is not None:
        return [
            (_("Now"), str(standing_of(proposal.credential, at=at).label)),
            (_("Afterwards"), _after(proposal, proposal.credential, at=at)),
        ]
    if proposal.award is not None:
        return _of_new(proposal.award, at=at)
    return []


def _after(proposal: Proposal, credential: Credential, *, at: datetime) -> str:
    today = credential.issuer.date_at(at)
    kind = EVENT_OF_ACT[Act(proposal.act)]
    number = (proposal.last_seen or 0) + 1
    events = [
        *credential.events.all(),
        CredentialEvent(number=number, kind=kind, at=at),
    ]
    label = str(standing(events=events, expires_on=credential.expires_on, on=today).label)
    if proposal.act == Act.REPLACE:
        return _(
            "%(standing)s, without a name. A new number shows %(name)s, with the same dates."
        ) % {"standing": label, "name": proposal.terms["name"]}
    if proposal.act == Act.RENEW:
        last_day = next_last_day(credential, on=today)
        return _("%(standing)s, and which number counts. That one shows %(name)s, %(until)s.") % {
            "standing": label,
            "name": proposal.terms.get("name") or credential.name,
            "until": _valid_until(last_day),
        }
    return label


def _of_new(award: Award, *, at: datetime) -> list[Fact]:
    last_day = first_last_day(award, award.issuer.date_at(at))
    return [
        (_("Now"), _("Nothing: there is no number yet.")),
        (_("Afterwards"), _("Current, %(until)s.") % {"until": _valid_until(last_day)}),
    ]


def _valid_until(last_day: date | None) -> str:
    if last_day is None:
        return _("valid without an end")
    return _("valid until %(day)s") % {"day": in_words(last_day)}


# Lists --------------------------------------------------------------------------------------------


def lines_of(proposal: Proposal, run: DryRun | ChangeDryRun | None) -> list[dict[str, Any]]:
    """The lines of a list: those that are done, and those that are left out, each with a caption."""
    if run is None:
        return []
    numbers = comes_to(proposal, run).keys()
    lines = [(_number(line), line) for line in run.lines]
    groups = [
        (_("Will be done"), [line for number, line in lines if str(number) in numbers]),
        (_("Left out"), [line for number, line in lines if str(number) not in numbers]),
    ]
    return [{"caption": caption, "lines": some} for caption, some in groups if some]


def _number(line: Any) -> int:
    """The number of a judged line, of either kind of list."""
    number: int = line.number if hasattr(line, "number") else line.line.number
    return number
