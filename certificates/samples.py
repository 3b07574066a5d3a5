"""How the certificates of an award will look, before anybody has one. Nothing is stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from certificates.designs import DESIGNS
from certificates.models import Award, Credential
from certificates.renewal_rules import first_last_day
from certificates.signatories import sample_signatories
from certificates.studied import covered_by
from courses.studied import edition_in_force
from courses.study_time import StudyTime

CODE = "SMPLSMPLSMPL"
"""It has an L, which no number has: whoever types it reads that it cannot be a number of ours."""
MINUTES = 510


class SampleName(models.TextChoices):
    """Whose name stands on a sample."""

    USUAL = "usual", gettext_lazy("a usual name")
    LONGEST = "longest", gettext_lazy("the longest name")
    ARABIC = "arabic", gettext_lazy("a name from right to left")


NAMES = {
    SampleName.USUAL: "Ada Okafor",
    SampleName.LONGEST: (
        "Maria Alejandra de los Ángeles Fernández-Villaverde y Ruiz de la Concepción, "
        "known to all her friends here as Marialé"
    ),
    SampleName.ARABIC: "محمد بن عبد الله الأنصاري",
}


def sample_of(
    award: Award, *, design: str, language: str, name: SampleName, at: datetime
) -> Credential:
    """A certificate of an award as it would be issued now, to somebody who does not exist.

    It says in the language it is printed in that it is a sample. It is never saved.
    """
    issuer, printed = award.issuer, award.words_for(language)
    issued_on = issuer.date_at(at)
    with translation.override(printed.language):
        notice = gettext("A sample, and no certificate.")
    return Credential(
        prefix=issuer.prefix,
        code=CODE,
        award=award,
        issuer=issuer,
        name=NAMES[name],
        award_name=printed.name,
        description=printed.description,
        limits=f"{notice} {printed.limits}",
        issuer_name=issuer.name,
        mark=issuer.mark,
        **sample_signatories(award, on=issued_on),
        minutes=MINUTES if award.hours_course_id else 0,
        study=StudyTime(minutes=MINUTES).to_json() if award.hours_course_id else {},
        competencies=_covered(award, printed.language),
        language=printed.language,
        design=design,
        template_version=DESIGNS[design].version,
        issued_at=at,
        issued_on=issued_on,
        expires_on=first_last_day(award, issued_on),
    )


def _covered(award: Award, language: str) -> list[dict[str, Any]]:
    """What the award's course covers by the edition in force; nothing, where there is no course."""
    if award.hours_course is None:
        return []
    return covered_by(edition_in_force(award.hours_course.translation_key), language=language)
