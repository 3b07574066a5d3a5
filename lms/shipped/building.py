"""Builds the site from the content that comes with it: pages, banks, quizzes and the award.

Every piece has a lasting key. A piece that was made once is never made or changed again,
whatever editors have done with it since; a later release adds only what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from courses.declarations import Declaration
from courses.declaring import declare_edition, propose
from courses.exceptions import CannotDeclare
from courses.models import CourseEdition, CoursePage, Edition
from lms.shipped.award import build_award
from lms.shipped.conversations import new_conversation_pages
from lms.shipped.course import CourseBuilder
from lms.shipped.pieces import Pieces, key_of
from lms.shipped.site import SiteBuilder


def build_site(*, at: datetime, say: Callable[[str], None] = lambda line: None) -> int:
    """Make every shipped piece that this site has not had yet, and say how many those were."""
    pieces = Pieces(at, say)
    with transaction.atomic():
        say("Front page and standing pages")
        home = SiteBuilder(pieces).build()
        CourseBuilder(pieces, home).build()
        build_award(pieces)
        Edition.begin_new()
        declare_shipped_course(at=at)
        declare_new_conversations(new_conversation_pages(pieces), at=at)
    return pieces.made


def declare_shipped_course(*, at: datetime) -> None:
    """Declare the first edition of the course that comes with the site, once it is all there.

    A later release adds pages to it and declares nothing that anybody would owe: that is for its
    trainers. See declare_new_conversations.
    """
    course = CoursePage.objects.filter(translation_key=key_of("course")).first()
    if course is None or CourseEdition.objects.filter(course_key=course.translation_key).exists():
        return
    # Where its pages were all taken down there is nothing to declare, and the site starts anyway.
    with suppress(CannotDeclare):
        declare_edition(course, by=None, reason="The course as it is shipped.", at=at)


def declare_new_conversations(keys: Collection[UUID], *, at: datetime) -> None:
    """Declare the conversations that a later release brought, so that they count, and nothing else.

    Nobody owes them. Where trainers have changed anything else since their last edition, nothing
    is declared in their name: the new pages wait for them.
    """
    course = CoursePage.objects.filter(translation_key=key_of("course")).first()
    if course is None or not keys:
        return
    proposal = propose(course)
    if proposal.before is None or _without(proposal.after, keys).stamp != proposal.before.stamp:
        return
    with suppress(CannotDeclare):
        declare_edition(course, by=None, reason="New practice conversations.", at=at)


def _without(declaration: Declaration, keys: Collection[UUID]) -> Declaration:
    """A declaration as it would be without some steps that nobody has to do."""
    modules = (
        replace(module, steps=tuple(s for s in module.steps if s.required or s.key not in keys))
        for module in declaration.modules
    )
    return replace(declaration, modules=tuple(modules))
