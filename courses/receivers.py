"""Signal receivers: places for whoever pressed to begin, and rules that hold at every door."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.contrib import messages
from django.db.models.query import QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision
from wagtail.signals import published

from courses.closures import keep_closed_without
from courses.enrolling import enrol
from courses.exceptions import CoursesError, StillInUse
from courses.holds import further_holds_on
from courses.languages import find_route
from courses.models import CoursePage, MissedSchedule
from courses.privacy import is_closed_to
from courses.publishable import PublishableMixin, refuse_unpublishable
from people.adapter import WISH
from people.http import int_or_none
from people.models import User
from people.signals import arrived, page_named


@receiver(arrived)
def enrol_whoever_pressed_begin(
    request: HttpRequest, user: User, url: str, at: datetime, **kwargs: Any
) -> str:
    """Give a place on the course that the address names; say why where none can be given.

    Returns what to tell them, which stands in one notice with whatever else there is to tell.
    """
    page_id = int_or_none(parse_qs(urlsplit(url).query).get(WISH, [""])[0])
    course = CoursePage.objects.live().filter(pk=page_id).first() if page_id else None
    # The page that they are sent to says that it is not open to them.
    if course is None or is_closed_to(request, course):
        return ""
    try:
        enrol(user, course, at=at)
    except CoursesError as refusal:
        messages.error(request, str(refusal))
        return ""
    return _("You have a place on %(course)s. Begin whenever you like.") % {"course": course.title}


# Publishing ---------------------------------------------------------------------------------


@receiver(pre_save, sender=Revision)
def refuse_a_schedule_that_cannot_be_kept(
    instance: Revision, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    """What may not be published now is not given an hour for it either."""
    if instance.approved_go_live_at is None:
        return
    if update_fields is None or "approved_go_live_at" in update_fields:
        subject = instance.as_object()
        if isinstance(subject, PublishableMixin):
            refuse_unpublishable(subject)


@receiver(post_save, sender=Revision)
def forget_a_missed_schedule_given_up(instance: Revision, **kwargs: Any) -> None:
    """A newer draft that asks for no hour, or for another, or that has one, ends the complaint."""
    missed = MissedSchedule.objects.filter(
        content_type=instance.base_content_type_id, object_id=instance.object_id
    ).first()
    if missed is None:
        return
    is_new_draft = instance.pk != missed.revision_id
    if instance.approved_go_live_at or (is_new_draft and not asks_for(missed.due_at, instance)):
        missed.delete()


def asks_for(hour: datetime, revision: Revision) -> bool:
    """Whether a draft asks for this hour; it is stored to the millisecond."""
    wish = revision.content.get("go_live_at") or ""
    asked = parse_datetime(wish) if isinstance(wish, str) else wish
    return asked is not None and abs(asked - hour) < timedelta(seconds=1)


@receiver(published)
@receiver(post_delete)
def forget_the_missed_schedules_of(sender: type, instance: Any, **kwargs: Any) -> None:
    """What is public, or gone, has missed nothing."""
    if isinstance(instance, PublishableMixin):
        MissedSchedule.objects.about(instance).delete()


@receiver(pre_delete, sender=Page)
def keep_closed_what_a_deleted_page_closed(
    sender: type, instance: Page, origin: Any = None, **kwargs: Any
) -> None:
    """An alias and a translation stay closed when the page goes that closed them."""
    doomed = (
        list(origin.values_list("path", flat=True))
        if isinstance(origin, QuerySet)
        else [instance.path]
    )
    keep_closed_without(instance, doomed)


@receiver(pre_delete)
def refuse_to_delete_what_is_in_use(sender: type, instance: Any, **kwargs: Any) -> None:
    """Whichever door led here, what others rest on is not deleted. Raises StillInUse."""
    if uses := further_holds_on(instance):
        raise StillInUse(instance, [use.what for use in uses])


@receiver(page_named, dispatch_uid="name_page")
def name_page(*, request: HttpRequest, path: str, **kwargs: Any) -> str:
    """The title of a page of the site that is open to whoever asks."""
    route = find_route(request, path)
    if route is None or is_closed_to(request, route.page):
        return ""
    return str(route.page.title)
