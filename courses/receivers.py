"""Signal receivers: whoever pressed to begin a course has a place on it once they are signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from courses.enrolling import enrol
from courses.exceptions import CoursesError
from courses.models import CoursePage
from courses.privacy import is_closed_to
from people.adapter import WISH
from people.http import int_or_none
from people.models import User
from people.signals import arrived


@receiver(arrived)
def enrol_whoever_pressed_begin(
    request: HttpRequest, user: User, url: str, at: datetime, **kwargs: Any
) -> None:
    """Give a place on the course that the address names; say why where none can be given."""
    page_id = int_or_none(parse_qs(urlsplit(url).query).get(WISH, [""])[0])
    course = CoursePage.objects.live().filter(pk=page_id).first() if page_id else None
    # The page that they are sent to says that it is not open to them.
    if course is None or is_closed_to(request, course):
        return
    try:
        enrol(user, course, at=at)
    except CoursesError as refusal:
        messages.error(request, str(refusal))
        return
    messages.success(
        request,
        _("You have a place on %(course)s. Begin whenever you like.") % {"course": course.title},
    )
