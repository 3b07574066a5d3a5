"""What a certificate says of hours, in words. Pure.

Hours are of one of three kinds, and each is called what it is: estimated by the issuer from
what the holder did; attested by somebody who taught in a room; or, on certificates from before
hours were counted, planned for the course.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certificates.dates import in_words
from courses import study_time as rule
from courses.study_time import StudyTime, halves

COUNTED_SINCE = date(2026, 11, 27)
"""The day from which the hours of a certificate are counted. Before it they were planned."""

ESTIMATED, ATTESTED, PLANNED = "estimated", "attested", "planned"


@dataclass(frozen=True)
class Hours:
    """The hours on a credential, as they were frozen. None are shown where there are none."""

    minutes: int
    time: StudyTime | None = None
    attested_by: str = ""

    @classmethod
    def frozen(cls, minutes: int, study: Mapping[str, Any], attested_by: str) -> Hours:
        return cls(minutes, StudyTime.from_json(study), attested_by)

    def __bool__(self) -> bool:
        return self.minutes > 0

    @property
    def basis(self) -> str:
        """What they rest on."""
        if self.attested_by:
            return ATTESTED
        return ESTIMATED if self.time is not None else PLANNED

    @property
    def label(self) -> str:
        return {
            ESTIMATED: _("Self-paced study, time estimated by the issuer"),
            ATTESTED: _("Hours attested by %(name)s") % {"name": self.attested_by},
            PLANNED: _("Hours planned for the course"),
        }[self.basis]

    @property
    def mode(self) -> str:
        """How it was studied; nothing where nobody knows."""
        if not self or self.basis == PLANNED:
            return ""
        return _("In a room") if self.basis == ATTESTED else _("Online, at one’s own pace")

    @property
    def text(self) -> str:
        """How many: about so many where they are estimated."""
        if self.basis == ESTIMATED:
            return about_hours(self.minutes)
        return exact_hours(self.minutes)

    @property
    def sentence(self) -> str:
        """The label and the hours in one line."""
        return _("%(label)s: %(hours)s") % {"label": self.label, "hours": self.text}

    @property
    def sum(self) -> str:
        """From what they were estimated; nothing for hours of another kind."""
        if self.time is None or self.basis != ESTIMATED:
            return ""
        words = _(
            "%(parts)s of %(of_parts)s parts read, %(exercises)s of %(of_exercises)s exercises "
            "done, %(questions)s different questions answered. Our rule allows a minute for %(read)s "
            "words read, %(written)s words written or one question. Estimated, not timed."
        ) % {
            **self.time.to_json(),
            "read": rule.WORDS_READ_A_MINUTE,
            "written": rule.WORDS_WRITTEN_A_MINUTE,
        }
        return f"{words} {self._of_conversations}".strip()

    @property
    def _of_conversations(self) -> str:
        """What was counted of practice conversations; nothing where none was held."""
        number = self.time.conversations if self.time else 0
        if not number:
            return ""
        return ngettext(
            "Of practice conversations, %(number)s ending: the words on the way, and a quarter of "
            "a minute for each choice.",
            "Of practice conversations, %(number)s different endings: the words on the way, and a "
            "quarter of a minute for each choice.",
            number,
        ) % {"number": number}

    @property
    def note(self) -> str:
        """What to know of hours that were not counted."""
        if not self or self.basis != PLANNED:
            return ""
        return _(
            "Hours on certificates issued before %(day)s were planned for the course, and were "
            "not counted."
        ) % {"day": in_words(COUNTED_SINCE)}

    def to_json(self) -> dict[str, Any]:
        """What programs are told beside the number of hours."""
        time = self.time if self.basis == ESTIMATED else None
        return {
            "hours": round(self.minutes / 60, 2),
            "hours_basis": self.basis if self else None,
            "hours_attested_by": self.attested_by or None,
            "study": time.to_json() if self and time else None,
        }


def about_hours(minutes: int) -> str:
    """Some half hours in words: about 8½ hours."""
    if minutes == rule.HALF_HOUR:
        return _("about half an hour")
    return ngettext("about %(hours)s hour", "about %(hours)s hours", 1 if minutes == 60 else 2) % {
        "hours": halves(minutes)
    }


def exact_hours(minutes: int) -> str:
    """Hours that somebody counted: 12 hours; or with minutes, where they are not whole."""
    hours, left = divmod(minutes, 60)
    if left:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": left}
    return ngettext("%(number)s hour", "%(number)s hours", hours) % {"number": hours}
