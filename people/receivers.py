"""Signal receivers: sessions end when roles or ways to sign in change; settings are mirrored."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import m2m_changed, post_save, pre_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.users.models import UserProfile

from people.erasure import undo
from people.http import STAFF_SEEN_KEY, STAFF_SESSION_KEY
from people.language_change import in_language_of
from people.models import User
from people.preferences import SHARED, copy_settings, wagtail_settings
from people.sessions import end_other_sessions


@receiver(
    [
        authenticator_added,
        authenticator_removed,
        authenticator_reset,
        password_changed,
        password_reset,
        password_set,
    ]
)
def end_sessions_after_credentials_change(user: User, **kwargs: Any) -> None:
    end_other_sessions(user)


@receiver(user_logged_in)
def mark_staff_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Note in the session that somebody of the staff is here, and since when.

    The first shows the link to the staff pages, which saves two queries. It opens nothing, and
    sessions end when roles change, so it is never long out of date. The second is of this session
    alone: to sign in on another device wakes none that was left open.
    """
    if user.is_staff:
        request.session[STAFF_SESSION_KEY] = True
        request.session[STAFF_SEEN_KEY] = int(time.time())


@receiver(user_logged_in)
def keep_account_of_whoever_signs_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Whoever closed their account and signs in again has it back, until erasing has begun."""
    if undo(user, at=timezone.now()) and hasattr(request, "_messages"):
        with in_language_of(user):
            messages.success(
                request, _("Welcome back. Your account is not closed, and nothing is lost.")
            )


@receiver(m2m_changed, sender=User.groups.through)
def end_sessions_after_role_change(
    instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    if action not in {"post_add", "post_remove", "pre_clear"}:
        return
    for user in users_of_change(instance, reverse, pk_set):
        end_other_sessions(user)


def users_of_change(instance: Any, reverse: bool, pk_set: set[int] | None) -> Iterable[User]:
    """Whose groups change: `user.groups` was used, or from the other side `group.user_set`."""
    if not reverse:
        return [] if pk_set == set() else [instance]
    if pk_set is None:
        return User.objects.filter(groups=instance)
    return User.objects.filter(pk__in=pk_set)


@receiver(pre_save, sender=UserProfile)
def mirror_into_profile(instance: UserProfile, **kwargs: Any) -> None:
    # The person that the row holds may have been read before theirs was saved.
    copy_settings(User.objects.get(pk=instance.user_id), instance)


@receiver(post_save, sender=User)
def mirror_person(
    instance: User, created: bool, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    """Mirror a person's settings in Wagtail's profile, which its letters to them are written by."""
    if not created and (update_fields is None or SHARED & update_fields):
        UserProfile.objects.filter(user=instance).update(**wagtail_settings(instance))
