"""Checking many numbers at once, with the names that whoever asks was given. Nothing is saved.

Of each number no more is told than its own page tells.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.guessing import NameGuesses
from certificates.numbers import Mistyped, formatted, parse_number
from certificates.standing import Standing
from certificates.tables.columns import recognise
from certificates.tables.parsing import Row
from certificates.verifying import (
    OtherSite,
    PublicCredential,
    extract_number,
    look_up_codes,
    public_facts,
    refuse_other_sites,
    unwrapped,
)
from people.folding import fold, fold_for_search

MOST_NUMBERS = 500
LONGEST_NAME = 200
HEADINGS = {
    "number": (
        *("number", "numero", "certificate number", "numero de certificado", "certificate"),
        *("certificado", "certificate no", "credential", "credencial", "link", "enlace"),
    ),
    "name": ("name", "nombre", "full name", "nombre completo", "holder", "titular"),
}
BETWEEN = re.compile(r"[\t;,|]")


class NoAnswer(models.TextChoices):
    """Why there is no record to a number."""

    NOT_FOUND = "not_found", _("Not found")
    MISTYPED = "mistyped", _("Please check the number")
    OTHER_SITE = "other_site", _("A link to another site")
    NOT_CHECKED = "not_checked", _("Not looked up")


class NameMatch(models.TextChoices):
    """How the name that was given stands to the one that is printed."""

    SAME = "same", _("The same name")
    ALIKE = "alike", _("Nearly the same: accents or order differ")
    DIFFERS = "differs", _("Another name")
    NOT_COMPARED = "not_compared", _("Not compared: this record shows no name")
    TOO_MANY = "too_many", _("Not compared: too many names were tried. Try again in an hour")


@dataclass(frozen=True)
class ListedNumber:
    """A line of a list: what was typed as the number, and the name, if any."""

    line: int
    typed: str
    name: str = ""


@dataclass(frozen=True)
class CheckedNumber:
    """The answer for one line."""

    entry: ListedNumber
    number: str
    outcome: str
    label: str
    credential: PublicCredential | None = None
    name_match: NameMatch | None = None

    @property
    def is_current(self) -> bool:
        return self.outcome == Standing.CURRENT

    def to_json(self, *, checked_at: datetime) -> dict[str, Any]:
        """The answer for programs: the public facts are those of the check of one number."""
        record = self.credential and public_facts(self.credential, checked_at=checked_at)
        return {
            "line": self.entry.line,
            "typed": self.entry.typed,
            "number": self.number or None,
            "standing": self.outcome,
            "name_match": str(self.name_match.value) if self.name_match else None,
            "record": record,
        }


# What is asked for -------------------------------------------------------------------------------


def pasted_numbers(text: str) -> list[ListedNumber]:
    """The lines of what was pasted: a number in each, and behind a comma or a tab the name."""
    listed = []
    for line, words in enumerate(text.splitlines(), 1):
        if not words.strip():
            continue
        number, *name = BETWEEN.split(words, maxsplit=1)
        listed.append(ListedNumber(line, number.strip(), _as_name("".join(name))))
    return listed


def as_pasted(listed: Sequence[ListedNumber]) -> str:
    """A list as `pasted_numbers` reads it again: each number in its own line, as it is numbered."""
    lines = [""] * max((each.line for each in listed), default=0)
    for each in listed:
        typed = " ".join(BETWEEN.sub(" ", each.typed).split())
        lines[each.line - 1] = f"{typed}\t{each.name}"
    return "\n".join(lines)


def numbers_of_table(rows: Sequence[Row]) -> list[ListedNumber]:
    """The lines of a table. Without headings the first column has numbers, the second names."""
    headings, *below = rows
    columns = recognise(headings.cells, HEADINGS)
    if "number" not in columns.places:
        columns = recognise(("number", "name"), HEADINGS)
        below = list(rows)
    lines = [(row.number, columns.of(row)) for row in below]
    return [
        ListedNumber(number, cells["number"], _as_name(cells.get("name", "")))
        for number, cells in lines
        if any(cells.values())
    ]


def _as_name(text: str) -> str:
    return " ".join(text.split())[:LONGEST_NAME]


# What is answered --------------------------------------------------------------------------------


def check_many(
    listed: Sequence[ListedNumber],
    *,
    asker: str,
    own_hosts: Collection[str],
    most_misses: int,
    at: datetime,
) -> tuple[list[CheckedNumber], int]:
    """The answer for each line, in one query for all, and how many misses there were: numbers that
    nobody has, and names that do not fit a certificate that shows none.

    After `most_misses` of them nothing more is answered, neither a hit nor a miss, so a list helps
    nobody to guess. `asker` is whose wrong names are counted for each certificate.
    """
    parsed = [_parsed(each.typed, own_hosts) for each in listed]
    codes = {code for _prefix, code in parsed if code}
    credentials = look_up_codes(codes) if most_misses > 0 else {}
    codes_to_name = {code for code, each in credentials.items() if each.asks_for_name}
    guesses = NameGuesses(asker, codes_to_name, at=at)
    missed: set[str] = set()
    answers: list[CheckedNumber] = []
    for each, (prefix, code) in zip(listed, parsed, strict=True):
        if not code:
            answers.append(_without_record(each, "", NoAnswer(prefix)))
        elif len(missed) >= most_misses:
            number = formatted(prefix, code).removeprefix("-")
            answers.append(_without_record(each, number, NoAnswer.NOT_CHECKED))
        elif credential := credentials.get(code):
            answer = _with_record(each, credential, guesses, at)
            answers.append(answer)
            if credential.asks_for_name and answer.name_match == NameMatch.DIFFERS:
                missed.add(f"{code} {fold(each.name)}")
        else:
            missed.add(code)
            number = formatted(prefix, code).removeprefix("-")
            answers.append(_without_record(each, number, NoAnswer.NOT_FOUND))
    guesses.save()
    return answers, len(missed)


def checked_codes(answers: Sequence[CheckedNumber]) -> set[str]:
    """The codes of the certificates that were found, for their holders' counts."""
    return {answer.credential.code for answer in answers if answer.credential}


def _parsed(typed: str, own_hosts: Collection[str]) -> tuple[str, str]:
    """The prefix and the code of a number; else why there is none, and nothing."""
    try:
        text = unwrapped(typed, own_hosts) if "/" in typed else typed
        refuse_other_sites(text, own_hosts)
        return parse_number(extract_number(text))
    except OtherSite:
        return NoAnswer.OTHER_SITE.value, ""
    except Mistyped:
        return NoAnswer.MISTYPED.value, ""


def _without_record(entry: ListedNumber, number: str, why: NoAnswer) -> CheckedNumber:
    return CheckedNumber(entry, number, str(why.value), str(why.label))


def _with_record(
    entry: ListedNumber, credential: PublicCredential, guesses: NameGuesses, at: datetime
) -> CheckedNumber:
    standing = credential.standing_at(at)
    return CheckedNumber(
        entry,
        credential.number,
        str(standing.value),
        str(standing.label),
        credential,
        compare_name(entry.name, credential, guesses) if entry.name else None,
    )


def compare_name(given: str, credential: PublicCredential, guesses: NameGuesses) -> NameMatch:
    """How a name stands to the printed one. Where that is not shown, wrong ones are counted."""
    if not credential.asks_for_name:
        return _match(given, credential.name_to_compare)
    if not guesses.may_try(credential.code):
        return NameMatch.TOO_MANY
    match = _match(given, credential.name_to_compare)
    if match == NameMatch.DIFFERS:
        guesses.count(credential.code)
    return match


def _match(given: str, printed: str | None) -> NameMatch:
    """How two names stand to each other. Capitals and unseen marks are no difference."""
    if printed is None:
        return NameMatch.NOT_COMPARED
    if fold(given) == fold(printed):
        return NameMatch.SAME
    words = [sorted(fold_for_search(name).replace(",", " ").split()) for name in (given, printed)]
    return NameMatch.ALIKE if words[0] == words[1] else NameMatch.DIFFERS
