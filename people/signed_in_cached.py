"""Sessions where Redis is the cache: read from it, and stored in the database as well."""

from __future__ import annotations

from django.contrib.sessions.backends.cached_db import SessionStore as CachedSessionStore

from people.signed_in import IdleSessionMixin


class SessionStore(IdleSessionMixin, CachedSessionStore):
    """Django's sessions in the cache and the database, which end as ours do."""
