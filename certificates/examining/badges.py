"""Reading a badge that a stranger sent: as JSON, as a JWT, or inside a picture.

Runs only in the process apart. Nothing of it is believed and no proof is followed: what comes out is
a hash to look up, and the id of the credential that it says it is.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from hashlib import sha256
from typing import Any
from uuid import UUID

from certificates.badges.baking import SIGNATURE, badges_in
from certificates.badges.texts import parsed, serialised
from certificates.examining.process import Seen

MOST_TEXT = 200_000
TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
URN = "urn:uuid:"


def read_badge(content: bytes) -> Seen:
    """What is to be seen in a file that is no PDF. Whatever is no badge is nothing of ours.

    Raises ValueError, RecursionError and whatever else a file made to break it leads to.
    """
    is_picture = content.startswith(SIGNATURE)
    if is_picture:
        texts = badges_in(content)
        if len(texts) != 1:
            return Seen()
        text = texts[0]
    else:
        text = content[: MOST_TEXT + 1].decode("utf-8-sig")
    text = text.strip()
    if len(text) > MOST_TEXT:
        return Seen()
    if text.startswith("{"):
        return _seen(parsed(text), is_picture=is_picture)
    token = "".join(text.split())
    return _seen_token(token, is_picture=is_picture) if TOKEN.fullmatch(token) else Seen()


def _seen(document: dict[str, Any], *, is_picture: bool) -> Seen:
    return Seen(
        badge_sha256=sha256(serialised(document).encode()).hexdigest(),
        badge_of=_uuid_in(document.get("id")),
        in_picture=is_picture,
    )


def _seen_token(token: str, *, is_picture: bool) -> Seen:
    claims = token.split(".")[1]
    payload = parsed(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)).decode())
    if not isinstance(payload, dict):
        return Seen()
    return Seen(
        badge_sha256=sha256(token.encode()).hexdigest(),
        badge_of=_uuid_in(payload.get("jti") or payload.get("id")),
        in_picture=is_picture,
    )


def _uuid_in(name: Any) -> str:
    """The id in a name such as urn:uuid:…, or nothing."""
    if not isinstance(name, str) or not name.lower().startswith(URN):
        return ""
    return str(UUID(name[len(URN) :]))
