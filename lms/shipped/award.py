"""Builds what the course leads to: the award, its issuer, and the code of ethics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.html import escape

from assessments.models import QuizPage
from certificates.models import (
    Award,
    Issuer,
    IssuerMark,
    Requirement,
    Statement,
    StatementVersion,
    Wording,
)
from courses.models import CoursePage
from lms.shipped.conversations import build_sets
from lms.shipped.pieces import FOUNDATIONS, Pieces, key_of, load

AWARD_SLUG = "foundations-of-peer-support"
CODE_SLUG = "code-of-ethics"
CODE_VERSION = "1.1"
MARK = Path(settings.BASE_DIR) / "lms/static/img/issuer-mark.png"


def build_award(pieces: Pieces) -> None:
    """Make the award, its issuer and the code of ethics, if the course and its final are there."""
    course = CoursePage.objects.filter(translation_key=key_of("course")).first()
    final = QuizPage.objects.filter(translation_key=key_of("quiz:final")).first()
    if course is None or final is None:
        return
    sets = build_sets(pieces, load(FOUNDATIONS / "course.yaml")["conversation_sets"])
    if not pieces.is_new("award"):
        return
    code = load(FOUNDATIONS / "code_of_ethics.yaml")
    statement = Statement.objects.create(title=code["title"], slug=CODE_SLUG)
    version = StatementVersion.objects.create(
        statement=statement, version=CODE_VERSION, text=statement_html(code), published_at=pieces.at
    )
    for place, wording in enumerate(code["wordings"]):
        Wording.objects.create(version=version, sort_order=place, **wording)
    issuer = Issuer.objects.create(
        name="Peerwork Training",
        mark=IssuerMark.of(MARK.read_bytes()),
        prefix="PSW",
        time_zone="UTC",
        signatory_name="Maya Lindqvist",
        signatory_role="Registrar",
    )
    Award(
        name="Certificate in Foundations of Peer Support",
        slug=AWARD_SLUG,
        issuer=issuer,
        description=(
            "has completed the course Foundations of Peer Support, passed its final "
            "assessment, held practice conversations to a good end, and signed the Code of "
            "Ethics."
        ),
        limits=(
            "This is a foundation award. It is not a licence, and it does not by itself meet "
            "any state or national requirement unless that body has approved it."
        ),
        valid_months=24,
        active=True,
        hours_course=course,
        requirements=[  # type: ignore[misc]  # a list of rows that is saved with it
            Requirement(kind="course", course=course, sort_order=0),
            Requirement(kind="quiz", quiz=final.quiz, sort_order=1),
            *(
                Requirement(kind="conversations", conversations=conversation_set, sort_order=place)
                for place, conversation_set in enumerate(sets, 2)
            ),
            Requirement(kind="statement", statement=statement, sort_order=2 + len(sets)),
        ],
    ).save()


def statement_html(code: dict[str, Any]) -> str:
    """A code of ethics as it is shown above the signature."""
    points = "".join(
        f"<li><b>{escape(one['title'])}.</b> {escape(one['text'].strip())}</li>"
        for one in code["points"]
    )
    return f"<p>{escape(code['preamble'].strip())}</p><ol>{points}</ol><p>{escape(code['closing'].strip())}</p>"
