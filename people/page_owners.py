"""For whom a page was made: a stamp in each form of the page and in each fetch of its scripts.

A page outlives the session it was made in. The stamp says, signed, whose page it is, so that what
is sent from it acts for that person or for nobody. See docs/decisions/0056.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from people.models import User

FIELD = "made_for"
HEADER = "X-Made-For"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
View = TypeVar("View", bound=Callable[..., HttpResponse])
_signer = signing.TimestampSigner(salt="people.page_owners")


@dataclass(frozen=True)
class PageOwner:
    """The person whom a page was made for, and whether it was made within the life of a session."""

    user_id: int
    is_recent: bool

    def is_user_of(self, request: HttpRequest) -> bool:
        """Whether this very person is signed in."""
        return request.user.is_authenticated and request.user.pk == self.user_id


def stamp_of(request: HttpRequest) -> str:
    """The stamp for a page that answers this request; empty where nobody is signed in."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return ""
    # Each form of a page has it. Whoever signs in during a request is somebody else from then on.
    stamps: dict[int, str] = request.__dict__.setdefault("_stamps", {})
    if user.pk not in stamps:
        stamps[user.pk] = stamp_for(user)
    return stamps[user.pk]


def stamp_for(user: User) -> str:
    """The stamp of a page made for this person now. Only this site can make one."""
    return _signer.sign(str(user.pk))


def read_stamp(stamp: str) -> PageOwner | None:
    """Whose page a stamp says it was; None for what was not signed here."""
    try:
        user_id = int(_signer.unsign(stamp))
    except (signing.BadSignature, ValueError):
        return None
    return PageOwner(user_id, is_recent=_is_recent(stamp))


def _is_recent(stamp: str) -> bool:
    try:
        _signer.unsign(stamp, max_age=settings.SESSION_COOKIE_AGE)
    except signing.SignatureExpired:
        return False
    return True


def form_address(name: str) -> Callable[[View], View]:
    """Of a view for scripts: the address of which name takes the same form as a whole page."""

    def mark(view: View) -> View:
        view.form_address = name  # type: ignore[attr-defined]
        return view

    return mark


def page_owner(request: HttpRequest) -> PageOwner | None:
    """Whose page sent this request, by the stamp in its header or, in what is posted, its form.

    None where it brings no stamp: it was made for a visitor, or by no page of ours.
    """
    stamp = sent_stamp(request)
    return read_stamp(stamp) if stamp else None


def sent_stamp(request: HttpRequest) -> str:
    """The stamp that a request brings, signed or not; empty where it brings none."""
    stamp = request.headers.get(HEADER, "")
    if not stamp and request.method == "POST":
        stamp = request.POST.get(FIELD, "")
    return stamp
