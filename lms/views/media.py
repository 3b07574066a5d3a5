"""The pictures, recordings and films of lessons, for those who may read a page that shows them.

A picture is shown in the sizes that pages ask for, never as it was uploaded. Documents have
an address of their own, which asks the same; certificates are kept elsewhere.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable, Iterator
from typing import IO, Any

from django.core.exceptions import PermissionDenied, SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from wagtail.images.models import Rendition
from wagtailmedia.models import Media

from courses.closed_files import is_file_closed_to, is_file_closed_to_some
from courses.file_access import is_for_everyone, may_open

A_DAY = "public, max-age=86400"
PRIVATE_REVALIDATED = "private, no-cache"
CHUNK = 64 * 1024
MISSING_FILE_ERRORS = (
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    SuspiciousFileOperation,
)
"""Errors by which a storage says that there is no such file. After any other the file may exist."""
byte_range = re.compile(r"bytes=(\d*)-(\d*)")


def picture_of(path: str) -> Any:
    rendition = Rendition.objects.filter(file=path).select_related("image__collection").first()
    return rendition and rendition.image


def recording_of(path: str) -> Any:
    return Media.objects.filter(file=path).select_related("collection").first()


def recording_with_thumbnail(path: str) -> Any:
    return Media.objects.filter(thumbnail=path).select_related("collection").first()


OWNERS: dict[str, Callable[[str], Any]] = {
    "images/": picture_of,
    "media/": recording_of,
    "media_thumbnails/": recording_with_thumbnail,
}
"""The folders that are served, and whose a file in them is. Nothing else is there for anyone."""


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponse:
    """A file that lessons show; a part of it where a player asks for one, as players do to
    begin before all of it is there and to move about in it."""
    find_owner = next((find for folder, find in OWNERS.items() if path.startswith(folder)), None)
    owner = find_owner(path) if find_owner else None
    if owner is None:
        raise Http404
    if is_file_closed_to(request, owner):
        raise PermissionDenied
    is_public = is_for_everyone(request, owner) and not is_file_closed_to_some(request, owner)
    if not is_public and not may_open(request, owner):
        raise Http404
    response = whole_or_part(request, path)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = A_DAY if is_public else PRIVATE_REVALIDATED
    if not is_public:
        patch_vary_headers(response, ["Cookie"])
    return response


def whole_or_part(request: HttpRequest, path: str) -> Any:
    """What is in a file, or that it is as it was. Raises Http404 where there is none."""
    try:
        file = default_storage.open(path, "rb")
        size = file.size
        changed_at = default_storage.get_modified_time(path).timestamp()
    except MISSING_FILE_ERRORS as error:
        raise Http404 from error
    etag = f'"{int(changed_at * 1000):x}-{size:x}"'
    unchanged = get_conditional_response(request, etag=etag, last_modified=int(changed_at))
    if unchanged is not None:
        file.close()
        return unchanged
    response = _parts(request, file, size, etag, mimetypes.guess_type(path)[0])
    response["ETag"] = etag
    response["Last-Modified"] = http_date(int(changed_at))
    return response


def _parts(
    request: HttpRequest, file: IO[bytes], size: int, etag: str, content_type: str | None
) -> Any:
    content_type = content_type or "application/octet-stream"
    requested = byte_range.fullmatch(request.headers.get("Range", ""))
    # A player that holds a part of another file than this one is sent all of this one.
    is_same = request.headers.get("If-Range", etag) == etag
    if requested is None or not any(requested.groups()) or not is_same:
        return FileResponse(file, content_type=content_type)
    first, last = bounds(*requested.groups(), size=size)
    if first > last:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    part = StreamingHttpResponse(part_of(file, first, last), status=206, content_type=content_type)
    part["Content-Range"] = f"bytes {first}-{last}/{size}"
    part["Content-Length"] = str(last - first + 1)
    return part


def bounds(first: str, last: str, *, size: int) -> tuple[int, int]:
    """The first and the last byte that a range names (RFC 9110, 14.1.2).

    Where the file has no such byte, the first is greater than the last.
    """
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def part_of(file: IO[bytes], first: int, last: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        remaining = last - first + 1
        while remaining > 0 and (chunk := file.read(min(CHUNK, remaining))):
            remaining -= len(chunk)
            yield chunk
