"""Whom a session belongs to, asked on every request of someone who is signed in."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models.query import QuerySet

from people.models import User
from people.prepared import prepared


@prepared
def _person(pk: int) -> QuerySet[User]:
    return User.objects.filter(pk=pk)


class PeopleBackend(AuthenticationBackend):
    """allauth's: by email and password. Looking up who is signed in is prepared."""

    def get_user(self, user_id: int) -> User | None:
        user = _person.first(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
