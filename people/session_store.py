"""Django's sessions in the database, whose one look-up is prepared: every request makes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models.query import QuerySet
from django.utils import timezone

from people.prepared import prepared


@prepared
def _session(key: str, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        session = _session.first(self.session_key, timezone.now())
        if session is None:
            self._session_key = None
        return session
