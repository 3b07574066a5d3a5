"""The letter that says that something came back: only for whoever chose it, at most one in a week.

It says nothing of what it is about. What was not sent stays owed, and the sweep asks again.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from people.letters import dress
from people.models import Letter
from people.posting import post
from practice.models import DueReturn, ReturnWish

log = logging.getLogger(__name__)

DAYS_BETWEEN = 7


def owed_wishes(at: datetime) -> QuerySet[ReturnWish]:
    """The wishes of those to whom a letter is owed now: something came back, and none says so."""
    today = timezone.localdate(at)
    unsaid = DueReturn.objects.due(today, at=at).filter(
        enrolment__learner=OuterRef("learner"), mailed_at=None
    )
    written_long_ago = Q(mailed_on=None) | Q(mailed_on__lte=today - timedelta(days=DAYS_BETWEEN))
    return ReturnWish.objects.filter(
        written_long_ago, Exists(unsaid), by_mail=True, learner__is_active=True
    ).select_related("learner")


def send_return_letter(wish: ReturnWish, *, at: datetime) -> bool:
    """Write to one person that something came back. Whether they have it now: it may have to wait.

    However often it is called, one day has one letter.
    """
    today = timezone.localdate(at)
    is_sent = post(
        lambda: _write(wish, today),
        thing=f"returns.{wish.pk}.{today}",
        kind=Letter.Kind.PRACTICE,
        person=wish.learner,
        at=at,
    )
    if is_sent:
        due = DueReturn.objects.due(today, at=at).by(wish.learner)
        DueReturn.objects.filter(pk__in=due.values("pk")).update(mailed_at=at)
        ReturnWish.objects.filter(pk=wish.pk).update(mailed_on=today)
    return is_sent


def _write(wish: ReturnWish, today: date) -> EmailMultiAlternatives:
    with translation.override(wish.learner.language):
        subject = _("A minute at %(site)s, if you like") % {"site": settings.SITE_NAME}
        context = {
            "name": wish.learner.get_short_name(),
            "site_name": settings.SITE_NAME,
            "subject": subject,
            "url": settings.BASE_URL + reverse("learn"),
            "stop_url": settings.BASE_URL + reverse("practice:returns"),
        }
        email = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string("practice/email/returns.txt", context),
            to=[wish.learner.email],
            headers={
                "Message-ID": f"<returns.{wish.pk}.{today}@{urlsplit(settings.BASE_URL).hostname}>"
            },
        )
        return dress(email, html_template="practice/email/returns.html", context=context)
