"""Whether the events of credentials are those that the log of acts knows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from certificates.models import Credential, CredentialEvent
from people.models import Act

ROWS_AT_ONCE = 1000


def events_unlike_the_log() -> Iterator[str]:
    """A sentence for each event that the log does not know, or knows otherwise."""
    events = CredentialEvent.objects.order_by("pk").values_list(
        "pk", "credential_id", "kind", "at", "actor_id"
    )
    waiting = events.iterator(chunk_size=ROWS_AT_ONCE)
    while batch := list(islice(waiting, ROWS_AT_ONCE)):
        known = _logged([str(row[1]) for row in batch])
        for key, credential, kind, at, actor in batch:
            if (str(credential), f"credential.{kind}", at, actor) not in known:
                yield f"Event {key} of credential {credential} is not in the log as it is."


def _logged(credentials: list[str]) -> set[tuple[Any, ...]]:
    acts = Act.objects.filter(subject_kind=Credential._meta.label_lower, subject_id__in=credentials)
    return set(acts.order_by().values_list("subject_id", "kind", "at", "actor_id"))
