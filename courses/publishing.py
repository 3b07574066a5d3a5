"""Publishing several at once, and what was scheduled: the good ones go, and the others are named."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import DraftStateMixin, Page, Revision

from courses.exceptions import NotPublishable
from courses.models import MissedSchedule
from people.letters import dress
from people.models import Letter, User
from people.moments import moment
from people.posting import post
from people.preferences import zone_of

log = logging.getLogger(__name__)


@dataclass
class Publication:
    """What came of publishing several: those that went, those that wait for the hour that is set
    for them, and of the others why not."""

    published: list[Any] = field(default_factory=list)
    scheduled: list[Any] = field(default_factory=list)
    refused: list[NotPublishable] = field(default_factory=list)


def publish_each(subjects: Iterable[Any], *, by: User | None) -> Publication:
    """Publish the newest draft of each, one by one: what may not be published stops no other."""
    publication = Publication()
    for subject in subjects:
        try:
            is_public = publish_newest(subject, by=by)
        except NotPublishable as refusal:
            publication.refused.append(refusal)
        else:
            (publication.published if is_public else publication.scheduled).append(subject)
    return publication


@transaction.atomic
def publish_newest(subject: Any, *, by: User | None) -> bool:
    """Publish the newest draft of a page or a question; one with an hour to come waits for it.

    Whether it is public now.

    Raises NotPublishable, and nothing has changed. An alias cannot be published by itself.
    """
    specific = subject.specific if isinstance(subject, Page) else subject
    if getattr(specific, "alias_of_id", None):
        raise NotPublishable(
            specific, [_("It is an alias: it is published with the page that it shows.")]
        )
    with named_refusals(specific):
        revision = specific.get_latest_revision() or specific.save_revision(user=by, clean=False)
        revision.publish(user=by)
    # Where it has no hour to come, Wagtail takes away one that it had by a query of its own.
    revision.refresh_from_db(fields=["approved_go_live_at"])
    return revision.approved_go_live_at is None


@contextmanager
def named_refusals(subject: Any) -> Iterator[None]:
    """Give Wagtail's own refusals of a page the form of ours."""
    try:
        yield
    except NotPublishable:
        raise
    except ValidationError as error:
        raise NotPublishable(subject, error.messages) from error


# What was scheduled -----------------------------------------------------------------------


@dataclass
class ClockTurn:
    """What one turn of the clock did."""

    published: int = 0
    taken_down: int = 0
    missed: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return (
            f"Published {self.published}, took down {self.taken_down}; {self.missed} could not be "
            f"published, {self.failed} failed."
        )


def publish_due(clock: Callable[[], datetime]) -> ClockTurn:
    """Publish and take down whatever has its hour behind it, each by itself.

    One that may not be published becomes a `MissedSchedule`, and its author is told. One that
    fails for another reason stays scheduled, and the next turn tries it again.
    """
    turn = ClockTurn()
    for model in _scheduled_models():
        for subject in list(model.objects.filter(live=True, expire_at__lt=clock())):
            _turn(turn, "taken_down", subject, _take_down)
    due = Revision.objects.filter(approved_go_live_at__lt=clock()).order_by("approved_go_live_at")
    for revision in list(due):
        _turn(turn, "published", revision, lambda each: _publish_scheduled(each, turn, clock()))
    for missed in list(MissedSchedule.objects.filter(notified_at=None)):
        _notify(missed, clock())
    return turn


def _scheduled_models() -> list[Any]:
    further = [
        model
        for model in apps.get_models()
        if issubclass(model, DraftStateMixin) and not issubclass(model, Page)
    ]
    return [Page, *further]


def _turn(turn: ClockTurn, name: str, row: Model, act: Callable[[Any], bool]) -> None:
    try:
        with transaction.atomic():
            done = act(row)
    except Exception:
        log.exception("The schedule of %s %s failed", row._meta.label, row.pk)
        turn.failed += 1
    else:
        setattr(turn, name, getattr(turn, name) + done)


def _take_down(subject: Any) -> bool:
    subject.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return True


def _publish_scheduled(revision: Revision, turn: ClockTurn, at: datetime) -> bool:
    author = _author_of(revision)
    language = author.language if author else settings.LANGUAGE_CODE
    try:
        # The reasons are read by the author first of all.
        with (
            translation.override(language),
            transaction.atomic(),
            named_refusals(revision.content_object),
        ):
            revision.publish(log_action="wagtail.publish.scheduled")
    except NotPublishable as refusal:
        _record_missed(revision, refusal, author, at)
        turn.missed += 1
        return False
    return True


def _author_of(revision: Revision) -> User | None:
    """Who kept this version; of one that a program kept, whose page it is."""
    return revision.user or getattr(revision.content_object, "owner", None)


def _record_missed(
    revision: Revision, refusal: NotPublishable, author: User | None, at: datetime
) -> None:
    """Write down that the hour could not be kept, and let its author edit it again."""
    MissedSchedule.objects.update_or_create(
        content_type=revision.base_content_type,
        object_id=revision.object_id,
        defaults={
            "title": revision.object_str,
            "revision": revision,
            "author": author,
            "due_at": revision.approved_go_live_at,
            "missed_at": at,
            "reason": " ".join(refusal.reasons),
            "notified_at": None,
        },
    )
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)


def _notify(missed: MissedSchedule, at: datetime) -> None:
    """Write to the author, once. One whose letter cannot be sent is tried again, ever later."""
    unsent = MissedSchedule.objects.filter(pk=missed.pk, notified_at=None)
    if not unsent.update(notified_at=at):
        return
    author = missed.author
    if author is None or not author.is_active:
        return
    is_sent = False
    try:
        with translation.override(author.language), timezone.override(zone_of(author)):
            is_sent = post(
                lambda: _letter_about(missed, author),
                thing=f"missed.{missed.pk}.{missed.missed_at:%Y%m%d%H%M%S}",
                kind=Letter.Kind.SCHEDULE,
                person=author,
                at=at,
            )
    except Exception:
        log.exception("Telling of the missed schedule %s failed", missed.pk)
    if not is_sent:
        MissedSchedule.objects.filter(pk=missed.pk, notified_at=at).update(notified_at=None)


def _letter_about(missed: MissedSchedule, author: User) -> EmailMultiAlternatives:
    url = AdminURLFinder().get_edit_url(missed.subject) or reverse("wagtailadmin_home")
    context = {
        "name": author.get_short_name(),
        "title": missed.title,
        "due": moment(missed.due_at),
        "reason": missed.reason,
        "url": settings.BASE_URL + url,
        "site_name": settings.SITE_NAME,
    }
    email = EmailMultiAlternatives(
        subject=_("“%(title)s” was not published") % {"title": " ".join(missed.title.split())},
        body=render_to_string("courses/email/missed_schedule.txt", context),
        to=[author.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    return dress(email)
