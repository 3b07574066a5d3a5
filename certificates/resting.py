"""How many awards and credentials rest on pages that an editor is about to take down or delete."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from certificates.models import Award, Credential, Requirement
from courses.models import CoursePage


def awards_that_rest(pages: list[Page], course_keys: list[UUID]) -> list[str]:
    """The awards that ask for these courses, or for what stands on one of these pages, and the
    credentials that were issued of them. Three queries."""
    courses = CoursePage.objects.filter(translation_key__in=course_keys).values("pk")
    named = Page.objects.filter(Q(pk__in=[page.pk for page in pages]) | Q(pk__in=courses))
    requirements = Requirement.objects.naming(named)
    awards = Award.objects.filter(pk__in=requirements.order_by().values("award"))
    count = awards.count()
    issued = Credential.objects.filter(award__in=awards).count()
    if not count:
        return [_("No award asks for the course or for anything in it.")]
    asks = ngettext(
        "%(number)s award asks for the course or for something in it.",
        "%(number)s awards ask for the course or for something in it.",
        count,
    )
    if not issued:
        return [asks % {"number": count}]
    stay = ngettext(
        "%(number)s certificate has been issued for that, and stays as it is.",
        "%(number)s certificates have been issued for that, and stay as they are.",
        issued,
    )
    return [asks % {"number": count}, stay % {"number": issued}]
