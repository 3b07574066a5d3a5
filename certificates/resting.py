"""How many awards and credentials rest on pages that an editor is about to take down or delete."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from certificates.models import Award, Credential, Requirement
from courses.models import CoursePage, Enrolment, SecondReadModel
from courses.resting import editions_naming


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


def awards_that_rest_on_a_change(subject: SecondReadModel) -> list[str]:
    """The awards whose certificates name a competency or its group, or the award itself whose
    hours would be counted otherwise; and what was issued of them."""
    if isinstance(subject, Award):
        return [*_learners_on_the_way(subject), _issued_of(Award.objects.filter(pk=subject.pk))]
    keys = [edition.course_key for edition in editions_naming(subject)]
    if not keys:
        return []
    awards = Award.objects.filter(hours_course__translation_key__in=keys)
    names = ", ".join(awards.order_by("name").values_list("name", flat=True))
    if not names:
        return [_("No award prints it on its certificate.")]
    printed = _("Certificates of these awards list it: %(names)s.") % {"names": names}
    return [printed, _issued_of(awards)]


def _learners_on_the_way(award: Award) -> list[str]:
    if award.hours_course is None:
        return []
    places = Enrolment.objects.current().filter(
        course_key=award.hours_course.translation_key, withdrawn_at=None
    )
    count = places.count()
    words = ngettext(
        "%(number)s learner has a place on the course that its hours are counted from now.",
        "%(number)s learners have a place on the course that its hours are counted from now.",
        count,
    )
    return [words % {"number": count}]


def _issued_of(awards: QuerySet[Award]) -> str:
    issued = Credential.objects.filter(award__in=awards).count()
    words = ngettext(
        "%(number)s certificate has been issued for that, and stays as it is.",
        "%(number)s certificates have been issued for that, and stay as they are.",
        issued,
    )
    return words % {"number": issued}
