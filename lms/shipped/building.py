"""Builds the site from the content that comes with it: pages, banks, quizzes and the award.

Every piece has a lasting key. A piece that was made once is never made or changed again,
whatever editors have done with it since; a later release adds only what is new.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from courses.models import Edition
from lms.shipped.award import build_award
from lms.shipped.course import CourseBuilder
from lms.shipped.pieces import Pieces
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
    return pieces.made
