"""Forms that could not be taken: set aside for their writer, and handed back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest
from wagtail.models import Revision

from people.http import get_referring_page
from people.models import SetAsideForm, User
from people.page_owners import FIELD, PageOwner, sent_stamp
from people.signals import page_named

SENT_AGAIN = "sent_again"
"""The field that names a form which its writer sends again from the page of those set aside."""
STILL_HERE = "set_aside"
"""The field that names a form whose page is still open, and sends it again by itself."""
OWN_FIELDS = frozenset({"csrfmiddlewaretoken", FIELD, SENT_AGAIN, STILL_HERE})
# What proves who somebody is is kept nowhere. They type it again.
PROOFS = frozenset({"code", "credential", "secret"})
WHERE_PROVED = "/accounts/"
# What the button that was pressed adds to the form of a lesson or quiz.
BUTTONS = frozenset({"action", "block", "bookmark", "clear", "language", "to"})
MOST_KEPT = 50
IN_SESSION = "has_set_aside"
"""In the session of whoever has something set aside, so that pages say so without a query."""


def typed_fields(request: HttpRequest) -> list[list[str]]:
    """What a form holds besides our own fields and secrets, in its order.

    The code of a lesson or of a question is no secret, and would be emptied if it were left out.
    """
    left_out = OWN_FIELDS | (PROOFS if request.path.startswith(WHERE_PROVED) else frozenset())
    return [
        [name, str(value)]
        for name, values in request.POST.lists()
        if name not in left_out and "password" not in name.lower()
        for value in values
    ]


def set_aside(
    request: HttpRequest,
    owner: PageOwner,
    *,
    address: str,
    at: datetime,
    was_turned_away: bool = False,
) -> SetAsideForm | None:
    """Keep what a form of this person's page holds, for them alone. It was turned away where what
    it was sent to is gone, or closed to them.

    What the same page, in the same tab, had set aside before is replaced. None where there is
    nothing to keep, or no such person any more.
    """
    fields = typed_fields(request)
    user = User.objects.filter(pk=owner.user_id, is_active=True).first() if fields else None
    if user is None:
        return None
    place = {
        "owner": user,
        "address": address,
        "page": get_referring_page(request),
        "page_stamp": sent_stamp(request),
    }
    SetAsideForm.objects.filter(**place).delete()
    form = SetAsideForm.objects.create(
        **place,
        fields=fields,
        file_names=[getattr(file, "name", "") for file in request.FILES.values()],
        set_aside_at=at,
        was_somebody_else_here=request.user.is_authenticated and not owner.is_user_of(request),
        was_turned_away=was_turned_away,
    )
    oldest = SetAsideForm.objects.filter(owner=user).newest_first()[MOST_KEPT:]
    SetAsideForm.objects.filter(pk__in=[each.pk for each in oldest]).delete()
    if owner.is_user_of(request):
        remember_in_session(request, is_any=True)
    return form


def remember_in_session(request: HttpRequest, *, is_any: bool) -> None:
    """Note whether anything of whoever is signed in is set aside. Writes only what changed."""
    if is_any and not request.session.get(IN_SESSION):
        request.session[IN_SESSION] = True
    elif not is_any and IN_SESSION in request.session:
        del request.session[IN_SESSION]


def forget(request: HttpRequest, form: SetAsideForm) -> None:
    """Delete a form that was set aside, with those that hold the very same words of its page."""
    own = SetAsideForm.objects.filter(owner_id=form.owner_id)
    same = [each.pk for each in own.filter(page=form.page) if is_same(each, form)]
    own.filter(pk__in=[form.pk, *same]).delete()
    remember_in_session(request, is_any=own.exists())


def without_same(forms: Iterable[SetAsideForm]) -> list[SetAsideForm]:
    """Those of these forms that differ: of the very same words of one page, the first."""
    different: list[SetAsideForm] = []
    for form in forms:
        if not any(is_same(form, each) for each in different):
            different.append(form)
    return different


def is_same(one: SetAsideForm, other: SetAsideForm) -> bool:
    """Whether two forms of one page hold the same, whichever button or script sent them."""
    return one.page == other.page and _content_of(one) == _content_of(other)


def _content_of(form: SetAsideForm) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in form.fields if name not in BUTTONS)


def find_own(user: User, key: str) -> SetAsideForm | None:
    """The form of this person that a field names; None for what is not there or not theirs."""
    try:
        return SetAsideForm.objects.filter(owner=user, pk=UUID(key)).first()
    except ValueError:
        return None


def title_of_page(request: HttpRequest, address: str) -> str:
    """The title of the page that something was sent from; empty where no app knows it."""
    path = urlsplit(address).path
    answers = page_named.send(SetAsideForm, request=request, path=path)
    return next((str(title) for _receiver, title in answers if title), "")


def find_newer_version(form: SetAsideForm) -> Revision | None:
    """What was saved in Wagtail's editor since the page of this form was opened there, if anything."""
    fields: dict[str, str] = dict(form.fields)
    opened = fields.get("overwrite_revision_id") or fields.get("loaded_revision_id", "")
    if not opened.isdecimal():
        return None
    revision = Revision.objects.filter(pk=opened).first()
    if revision is None:
        return None
    versions = Revision.objects.filter(
        base_content_type=revision.base_content_type, object_id=revision.object_id
    )
    return versions.filter(pk__gt=revision.pk).order_by("pk").select_related("user").last()


def readable_texts(fields: Iterable[Iterable[str]]) -> list[str]:
    """What somebody would know again as their own words, out of the fields of a form."""
    texts = (_text_of(value).strip() for _, value in fields)
    return [text for text in texts if " " in text or "\n" in text]


def _text_of(value: str) -> str:
    """The words of a field; of rich text, which the staff's editor keeps as JSON, its lines."""
    try:
        content = json.loads(value)
    except ValueError:
        return value
    blocks = content.get("blocks", []) if isinstance(content, dict) else []
    lines = [block.get("text", "") for block in blocks if isinstance(block, dict)]
    return "\n".join(line for line in lines if isinstance(line, str))
