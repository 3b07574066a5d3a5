"""What the register already knows of the people of a table, in a few queries for all of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from certificates.dates import in_words
from certificates.models import Award, BulkIssue, BulkLine, Credential, CredentialEvent
from certificates.standing import Standing, standing_of
from people.folding import fold_for_search
from people.models import User, search_words_of

OPEN = (BulkLine.State.OWED, BulkLine.State.WAITING)


@dataclass(frozen=True)
class HeldAward:
    """A credential of somebody, with its standing; of one that was revoked, when and why."""

    number: str
    award_id: int
    standing: Standing
    revoked_on: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Known:
    """What is known of some addresses and names."""

    people: dict[str, User]
    awards: dict[str, Award]
    held: dict[int, list[HeldAward]]
    namesakes: dict[str, list[HeldAward]]
    waiting: frozenset[tuple[str, int | None]]

    def award_of(self, typed: str) -> Award | None:
        """The award that may be earned of this name, or of this address of its page."""
        return self.awards.get(fold_for_search(typed))

    @property
    def award_names(self) -> list[str]:
        return sorted({award.name for award in self.awards.values()})

    def held_by(self, person: User | None) -> Iterator[HeldAward]:
        yield from self.held.get(person.pk, []) if person else []

    def held_under(self, search_words: str) -> Iterator[HeldAward]:
        """The credentials in a name, whoever holds them."""
        yield from self.namesakes.get(search_words, [])

    def is_waiting(self, email: str, award: Award) -> bool:
        """Whether another bulk issue has still to issue an award to an address."""
        return (email, award.pk) in self.waiting


def known_of(emails: Iterable[str], names: Iterable[str], *, at: datetime, but: BulkIssue) -> Known:
    """All that is known of some addresses and names: seven queries. `but` is passed over."""
    addresses = sorted({email for email in emails if email})
    people = {person.email: person for person in User.objects.filter(email__in=addresses)}
    words = sorted({search_words_of(name) for name in names if name})
    own = Credential.objects.filter(holder__in=list(people.values())).with_standing()
    others = Credential.objects.filter(search_words__in=words).with_standing()
    lines = BulkLine.objects.filter(email__in=addresses, state__in=OPEN).exclude(bulk=but.pk)
    held: dict[int, list[HeldAward]] = defaultdict(list)
    namesakes: dict[str, list[HeldAward]] = defaultdict(list)
    for credential in own:
        held[credential.holder_id].append(_held(credential, at))
    for credential in others:
        namesakes[credential.search_words].append(_held(credential, at))
    return Known(
        people=people,
        awards=_awards_by_word(),
        held=held,
        namesakes=namesakes,
        waiting=frozenset(lines.values_list("email", "award_id")),
    )


def _awards_by_word() -> dict[str, Award]:
    """The awards that may be earned, by name and by slug. A name of two of them names neither."""
    awards = list(Award.objects.filter(active=True).select_related("issuer"))
    names = Counter(fold_for_search(award.name) for award in awards)
    by_name = {fold_for_search(award.name): award for award in awards}
    return {
        **{name: award for name, award in by_name.items() if names[name] == 1},
        **{fold_for_search(award.slug): award for award in awards},
    }


def _held(credential: Credential, at: datetime) -> HeldAward:
    standing = standing_of(credential, at=at)
    if standing != Standing.REVOKED:
        return HeldAward(credential.number, credential.award_id, standing)
    event = [
        event for event in credential.events.all() if event.kind == CredentialEvent.Kind.REVOKED
    ][-1]
    day = in_words(credential.issuer.date_at(event.at))
    return HeldAward(credential.number, credential.award_id, standing, day, event.reason)
