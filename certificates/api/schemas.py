"""What programs send and are sent. The answers are those of the check pages, field by field."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field, JsonValue, StringConstraints

from certificates.many import LONGEST_NAME, MOST_NUMBERS, NameMatch, NoAnswer
from certificates.public_view import PublicView
from certificates.standing import Standing
from certificates.verifying import LONGEST_TYPED

STANDINGS: list[JsonValue] = [*Standing.values, *NoAnswer.values]
VIEWS: list[JsonValue] = [*PublicView.values]
MATCHES: list[JsonValue] = [*NameMatch.values, None]
Text = Annotated[str, StringConstraints(max_length=LONGEST_TYPED)]
Name = Annotated[str, StringConstraints(max_length=LONGEST_NAME)]


class AskedNumber(Schema):
    """A number to check, with the name that you were given, if any."""

    model_config = ConfigDict(extra="forbid")

    number: Text = Field(
        description="As it is printed, in any case, with or without hyphens; or its link.",
        examples=["PSW-7K3M-QX9R-4TWK"],
    )
    name: Name = Field("", description="The name that you were given, to be compared.")


class AskedNumbers(Schema):
    """Up to 500 numbers to check."""

    model_config = ConfigDict(extra="forbid")

    checks: list[AskedNumber] = Field(min_length=1, max_length=MOST_NUMBERS)
    receipt: bool = Field(
        False, description="Whether the answer is to come as a signed receipt, too."
    )


class Covered(Schema):
    """A group of competencies that the course covers."""

    name: str
    competencies: list[str]
    assessed: list[str] = Field(description="Those that this person's own passed papers met.")


class Record(Schema):
    """What the check page of the number tells anybody, and nothing else."""

    shows: str = Field(
        description="How much its holder lets be told: all that is printed, all but the name (a "
        "name that you give is compared), or only the standing. What is not told is null.",
        json_schema_extra={"enum": VIEWS},
    )
    number: str
    standing: str
    since: date | None = Field(description="When the standing began, where it is not current.")
    counts_now: str | None = Field(description="The number that it was last renewed as.")
    name: str | None = Field(
        description="As printed; null where it was replaced, renewed or withdrawn, or is not shown."
    )
    award: str | None
    issued_on: date | None
    expires_on: date | None
    signatory: str | None
    issuer: str
    issuer_url: str | None
    issuer_email: str | None
    hours: float | None
    hours_basis: str | None
    hours_attested_by: str | None
    study: dict[str, Any] | None
    covers: list[Covered]
    checked_at: datetime


class Checked(Schema):
    """The answer for one number."""

    position: int = Field(description="Its place in what was sent, from 1.")
    typed: str = Field(description="What was sent as the number.")
    number: str | None = Field(description="As it is printed; null where it cannot be one.")
    standing: str = Field(json_schema_extra={"enum": STANDINGS})
    standing_in_words: str = Field(description="In English or Spanish, by Accept-Language.")
    name_match: str | None = Field(
        description="How the name you gave stands to the printed one; null where none was given.",
        json_schema_extra={"enum": MATCHES},
    )
    name_match_in_words: str | None
    check_url: str | None = Field(description="Where a person can check the same by hand.")
    record: Record | None


RECEIPT = "Where it was asked for: the same, signed (a JWS), to keep or to hand on."


class OneAnswer(Schema):
    """The answer for one number, as of a moment."""

    checked_at: datetime
    check: Checked
    receipt: str | None = Field(None, description=RECEIPT)


class ManyAnswers(Schema):
    """The answers, in the order of what was sent, as of one moment."""

    checked_at: datetime
    checks: list[Checked]
    receipt: str | None = Field(None, description=RECEIPT)


class Problem(Schema):
    """Why there is no answer (RFC 9457). `detail` is a sentence for people."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
