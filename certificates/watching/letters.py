"""Letters about watching: to holders, that somebody watches; to members, that something changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Exists, F, OuterRef, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.models import Credential, DigestWish, Watch, WatchEvent, WatchWish
from certificates.standing import Standing
from people.letters import dress
from people.models import Letter, User
from people.posting import post

DAY = timedelta(days=1)
MOST_LINES = 50


# To holders ------------------------------------------------------------------------------------


def holders_to_tell(at: datetime) -> list[User]:
    """Whoever is to be told that they are watched: with one letter a day at most."""
    owed = Watch.objects.not_told()
    recently = Watch.objects.filter(credential__holder=OuterRef("pk"), told_at__gt=at - DAY)
    holders = User.objects.filter(pk__in=owed.values("credential__holder"))
    return list(holders.exclude(Exists(recently)).order_by("pk"))


def tell_holder(holder: User, *, at: datetime) -> bool:
    """Tell a holder of all that began to watch since, unless they want no such letter.

    Their page says it in any case. Whether there is nothing left to tell.
    """
    watches = list(
        Watch.objects.not_told().of_holder(holder).select_related("credential").order_by("pk")
    )
    if not watches:
        return True
    wish = WatchWish.objects.filter(person=holder).first()
    if wish is None or wish.letters:
        is_sent = post(
            lambda: _holder_letter(holder, watches),
            thing=f"watched.{watches[0].pk}",
            kind=Letter.Kind.WATCHING,
            person=holder,
            at=at,
        )
        if not is_sent:
            return False
    Watch.objects.filter(pk__in=[each.pk for each in watches]).update(told_at=at)
    return True


def _holder_letter(holder: User, watches: Sequence[Watch]) -> EmailMultiAlternatives:
    credentials: list[Credential] = [each.credential for each in watches]
    number = credentials[0].number
    watched_at = reverse("certificates:watched", args=[number])
    with translation.override(holder.language):
        context = {
            "name": holder.get_short_name(),
            "numbers": sorted({each.number for each in credentials}),
            "watched_url": settings.BASE_URL + watched_at,
            "site": settings.SITE_NAME,
        }
        email = EmailMultiAlternatives(
            subject=_("Something to know about your certificate, from %(site)s")
            % {"site": settings.SITE_NAME},
            body=render_to_string("certificates/email/watched.txt", context),
            to=[holder.email],
        )
        return dress(email, context=context)


# To members ------------------------------------------------------------------------------------


def digests_due(at: datetime) -> Iterator[DigestWish]:
    """The wishes of members for whose organisation there is news, and who had no letter today."""
    news = WatchEvent.objects.filter(
        organisation=OuterRef("membership__organisation"), at__gt=OuterRef("told_until")
    ).exclude(kind=WatchEvent.Kind.TEST)
    wishes = DigestWish.objects.filter(Exists(news)).exclude(sent_at__gt=at - DAY)
    # No join with the table of people: few of them wish for it, and there are many.
    wishes = wishes.prefetch_related("membership__person", "membership__organisation")
    return (wish for wish in wishes if wish.membership.person.is_active)


def send_digest(wish: DigestWish, *, at: datetime) -> bool:
    """Write to one member what changed since. Whether it was sent."""
    events = news_for(wish, at=at)
    if not events:
        return False
    is_sent = post(
        lambda: _digest(wish, events),
        thing=f"digest.{wish.pk}.{events[0].pk}",
        kind=Letter.Kind.WATCHING,
        person=wish.membership.person,
        at=at,
    )
    if is_sent:
        DigestWish.objects.filter(pk=wish.pk).update(sent_at=at, told_until=events[-1].at)
    return is_sent


def news_for(wish: DigestWish, *, at: datetime) -> list[WatchEvent]:
    """What a member was not told of yet, the oldest first."""
    news: QuerySet[WatchEvent] = WatchEvent.objects.filter(
        organisation=wish.membership.organisation_id, at__gt=wish.told_until, at__lte=at
    ).exclude(kind=WatchEvent.Kind.TEST)
    return list(news.select_related("watch__credential").order_by(F("at"), "pk"))


def _digest(wish: DigestWish, events: Sequence[WatchEvent]) -> EmailMultiAlternatives:
    member, organisation = wish.membership.person, wish.membership.organisation
    watching_at = reverse("certificates:watching", args=[organisation.pk])
    with translation.override(member.language):
        lines = [line_of(event) for event in events]
        context = {
            "name": member.get_short_name(),
            "organisation": organisation.name,
            "lines": lines[:MOST_LINES],
            "more": max(0, len(lines) - MOST_LINES),
            "count": len(lines),
            "watching_url": settings.BASE_URL + watching_at,
            "site": settings.SITE_NAME,
        }
        email = EmailMultiAlternatives(
            subject=_("Something changed that you watch at %(site)s")
            % {"site": settings.SITE_NAME},
            body=render_to_string("certificates/email/digest.txt", context),
            to=[member.email],
        )
        return dress(email, context=context)


def line_of(event: WatchEvent) -> str:
    """A piece of news in words, by number: no name stands in a letter."""
    number = event.watch.credential.number if event.watch else ""
    if event.kind == WatchEvent.Kind.ENDED:
        return _("%(number)s: the holder ended the watch") % {"number": number}
    words = {"number": number, "standing": Standing(event.after).label}
    return _("%(number)s: now %(standing)s") % words
