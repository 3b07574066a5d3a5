"""How many awards and credentials rest on pages that an editor is about to take down or delete."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
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
    return [
        ngettext("%(number)s award asks for it.", "%(number)s awards ask for it.", count)
        % {"number": count},
        ngettext(
            "%(number)s certificate was issued of them, and stays as it is.",
            "%(number)s certificates were issued of them, and stay as they are.",
            issued,
        )
        % {"number": issued},
    ]
