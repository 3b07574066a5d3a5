"""What is written into the log of acts because of news: of Wagtail's history, of roles, of accounts."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import (
    email_changed,
    password_changed,
    password_reset,
    password_set,
)
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.models import Group, Permission
from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import BaseLogEntry, DraftStateMixin, PageLogEntry

from people.act_kinds import OF_WAGTAIL, ActKind
from people.acts import record_act, whoever_is_at_work
from people.models import User

DRAFTING = {ActKind.CREATED, ActKind.CHANGED}
"""What is no act where there are drafts: what readers see is changed by publishing alone."""


@receiver(post_save)
def write_what_wagtail_notes(sender: type, instance: Any, created: bool, **kwargs: Any) -> None:
    """Whatever staff save, publish or delete in Wagtail's screens, and what its schedules publish."""
    if not issubclass(sender, BaseLogEntry) or not created:
        return
    kind = OF_WAGTAIL.get(instance.action)
    model = instance.content_type.model_class() if instance.content_type else None
    if not isinstance(kind, ActKind) or model is None:
        return
    if kind in DRAFTING and issubclass(model, DraftStateMixin):
        return
    key = instance.page_id if isinstance(instance, PageLogEntry) else instance.object_id
    record_act(
        kind,
        (model._meta.label_lower, str(key)),
        by=instance.user_id,
        person=int(key) if issubclass(model, User) else None,
        at=instance.timestamp,
    )


# Roles and permissions --------------------------------------------------------------------

GIVEN_AND_TAKEN = {
    User.groups.through: (Group, ActKind.ROLE_GIVEN, ActKind.ROLE_TAKEN),
    User.user_permissions.through: (Permission, ActKind.RIGHT_GIVEN, ActKind.RIGHT_TAKEN),
}


@receiver(m2m_changed, sender=User.groups.through)
@receiver(m2m_changed, sender=User.user_permissions.through)
def write_what_was_given_and_taken(
    sender: Any, instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    if action not in {"post_add", "post_remove", "pre_clear"}:
        return
    model, given, taken = GIVEN_AND_TAKEN[sender]
    keys = sorted(pk_set) if pk_set is not None else _all_of(sender, instance, reverse)
    for key in keys:
        person, thing = (key, instance.pk) if reverse else (instance.pk, key)
        record_act(
            given if action == "post_add" else taken,
            (model._meta.label_lower, str(thing)),
            by=whoever_is_at_work(),
            person=person,
            at=timezone.now(),
        )


def _all_of(sender: Any, instance: Any, reverse: bool) -> list[int]:
    """The keys of what is about to be cleared: people of a role, or roles of a person."""
    thing = f"{GIVEN_AND_TAKEN[sender][0]._meta.model_name}_id"
    own, other = (thing, "user_id") if reverse else ("user_id", thing)
    return sorted(sender.objects.filter(**{own: instance.pk}).values_list(other, flat=True))


# Accounts ---------------------------------------------------------------------------------


ACCESS = frozenset({"is_superuser", "is_active"})


@receiver(post_save, sender=User)
def write_changes_of_access(
    instance: User, created: bool, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    """That somebody became an administrator or is none any more, and what became of an account."""
    saved = ACCESS if update_fields is None else ACCESS & update_fields
    was_superuser, was_active = instance.stored_access
    instance.note_access(saved)
    is_superuser, is_active = instance.stored_access
    kinds = []
    if is_superuser != was_superuser:
        kinds.append(ActKind.ADMINISTRATOR_MADE if is_superuser else ActKind.ADMINISTRATOR_ENDED)
    if is_active != was_active:
        kinds.append(ActKind.ACTIVATED if is_active else ActKind.DEACTIVATED)
    for kind in kinds:
        by = whoever_is_at_work()
        record_act(kind, instance, by=by, person=instance, at=timezone.now())


@receiver(
    [
        authenticator_added,
        authenticator_removed,
        authenticator_reset,
        email_changed,
        password_changed,
        password_reset,
        password_set,
    ]
)
def write_a_changed_way_of_signing_in(user: User, **kwargs: Any) -> None:
    by = whoever_is_at_work() or user
    record_act(ActKind.SIGN_IN_CHANGED, user, by=by, person=user, at=timezone.now())
