"""Builds the site from the content that comes with it: pages, banks, quizzes and the award.

Every piece has a lasting key. A piece that was made once is never made or changed again,
whatever editors have done with it since; a later release adds only what is new.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from courses.declaring import declare_edition
from courses.exceptions import CannotDeclare
from courses.models import CourseEdition, CoursePage, Edition
from lms.shipped.award import build_award
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
    return pieces.made


def declare_shipped_course(*, at: datetime) -> None:
    """Declare the first edition of the course that comes with the site, once it is all there.

    A later release adds pages to it and declares nothing: that is for its trainers.
    """
    course = CoursePage.objects.filter(translation_key=key_of("course")).first()
    if course is None or CourseEdition.objects.filter(course_key=course.translation_key).exists():
        return
    # Where its pages were all taken down there is nothing to declare, and the site starts anyway.
    with suppress(CannotDeclare):
        declare_edition(course, by=None, reason="The course as it is shipped.", at=at)
