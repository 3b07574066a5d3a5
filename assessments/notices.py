"""Emails about results that were looked at again: one for each learner and re-marking.

An email cannot be taken back, so a worker takes a lease on the notice before it sends. Only a
worker killed between sending and recording that makes a second email, under the same
Message-ID, by which mail programs know it for the same one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from assessments.models import RemarkedAttempt, RemarkNotice
from courses.outlines import outline_by_id
from people.letters import dress
from people.models import Letter
from people.posting import post

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)


def notify_of_remarking(remarking_id: UUID, *, clock: Callable[[], datetime]) -> int:
    """Email each learner of one re-marking who is still to be told. Gives how many were.

    One that cannot be sent stays due, and the others are sent. Call it as often as you like.
    """
    due = RemarkNotice.objects.due().filter(remarking=remarking_id)
    return sum(_notify_safely(pk, clock()) for pk in list(due.values_list("pk", flat=True)))


def _notify_safely(notice_id: int, at: datetime) -> bool:
    try:
        return send_notice(notice_id, at=at)
    except Exception:
        log.exception("Sending the notice %s of a re-marking failed", notice_id)
        return False


def send_notice(notice_id: int, *, at: datetime) -> bool:
    """Send one notice, if that is still to do and no other worker is doing it.

    Whether the learner has it now: it may have to wait.
    """
    due = RemarkNotice.objects.due().filter(pk=notice_id)
    until = at + LEASE
    if not due.not_leased(at).update(leased_until=until):
        return False
    notice = RemarkNotice.objects.select_related("learner").get(pk=notice_id)
    try:
        is_sent = post(
            lambda: _write(notice),
            thing=f"remarked.{notice.pk}",
            kind=Letter.Kind.REMARK,
            person=notice.learner,
            at=at,
        )
        if is_sent:
            RemarkNotice.objects.filter(pk=notice_id).update(notified_at=at)
    finally:
        leased = RemarkNotice.objects.filter(pk=notice_id, leased_until=until)
        leased.update(leased_until=None)
    return is_sent


def _write(notice: RemarkNotice) -> EmailMultiAlternatives:
    """Tell a learner, in their language, where to see it. No mark stands in an email."""
    changed = (
        RemarkedAttempt.objects.with_new_result()
        .filter(remarking=notice.remarking_id, attempt__enrolment__learner=notice.learner_id)
        .order_by("attempt__submitted_at")
        .values_list("attempt", "attempt__enrolment__course")
    )
    contacts = [outline_by_id(course_id).contact for _attempt_id, course_id in changed]
    with translation.override(notice.learner.language):
        subject = _("Something has changed for you at %(site)s") % {"site": settings.SITE_NAME}
        context = {
            "name": notice.learner.get_short_name(),
            "site_name": settings.SITE_NAME,
            "subject": subject,
            "contact": next((contact for contact in contacts if contact.name), None),
            "urls": [
                settings.BASE_URL + reverse("assessments:result", args=[pk])
                for pk, _course_id in changed
            ],
        }
        email = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string("assessments/email/remarked.txt", context),
            to=[notice.learner.email],
            headers={
                "Message-ID": f"<remarked.{notice.pk}@{urlsplit(settings.BASE_URL).hostname}>"
            },
        )
        return dress(email, html_template="assessments/email/remarked.html", context=context)
