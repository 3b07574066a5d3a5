"""News that ends sessions: what someone may do, or how they prove who they are, has changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import m2m_changed
from django.dispatch import receiver
from django.http import HttpRequest

from people.http import STAFF_SESSION_KEY
from people.models import User
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
def proof_changed(user: User, **kwargs: Any) -> None:
    end_other_sessions(user)


@receiver(user_logged_in)
def remember_whether_staff(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """So that every page can show the way to the staff pages without asking the database.

    It opens nothing. When roles change, sessions end, so it is never long out of date.
    """
    if user.is_staff:
        request.session[STAFF_SESSION_KEY] = True


@receiver(m2m_changed, sender=User.groups.through)
def roles_changed(
    instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    if action not in {"post_add", "post_remove", "pre_clear"}:
        return
    held: Iterable[User]
    if not reverse:
        held = [] if pk_set == set() else [instance]
    elif pk_set is None:
        held = User.objects.filter(groups=instance)
    else:
        held = User.objects.filter(pk__in=pk_set)
    for user in held:
        end_other_sessions(user)
