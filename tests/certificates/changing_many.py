"""Lists of numbers to change, and what became of them."""

from __future__ import annotations

from certificates.changing.running import start_change, store_change
from certificates.many import pasted_numbers
from certificates.models import BulkChange, CredentialEvent
from tests import make
from tests.make import NOON

EXPLANATION = "The session was not held as declared. Write to us within 30 days."


def listed(*credentials, extra=()):
    lines = [getattr(each, "number", each) for each in (*credentials, *extra)]
    return pasted_numbers("\n".join(lines))


def stored(registrar, *credentials, kind="revoke", at=NOON, **fields):
    words = {"explanation": EXPLANATION} if kind in {"revoke", "suspend"} else {}
    options = {"reason": "Issued in error: the list was another one.", **words, **fields}
    return store_change(listed(*credentials), kind=kind, by=registrar, at=at, **options)


def started(registrar, *credentials, at=NOON, **fields):
    change = stored(registrar, *credentials, at=at, **fields)
    start_change(change, by=registrar, at=at)
    return BulkChange.objects.get(pk=change.pk)


def kinds_of(credential):
    return list(credential.events.order_by("number").values_list("kind", flat=True))


def states(change):
    return list(change.lines.values_list("state", flat=True))


def count_of(kind):
    return CredentialEvent.objects.filter(kind=kind).count()


def credentials(number, award=None, **fields):
    award = award or make.award(valid_months=24)
    return [make.credential(award, make.user(**fields)) for _ in range(number)]
