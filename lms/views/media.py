"""The pictures, recordings and films of lessons. Nothing else that was uploaded is public.

A picture is shown in the sizes that pages ask for, never as it was uploaded. Documents have
an address of their own, which asks who may read them; certificates are kept elsewhere.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from typing import IO, Any

from django.core.exceptions import PermissionDenied, SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db.models import Model, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe
from wagtail.images import get_image_model
from wagtailmedia.models import Media

from courses.closed_files import is_file_closed_to, is_file_closed_to_some
from courses.privacy import closures_for

PUBLIC_FOLDERS = ("images/", "media/", "media_thumbnails/")
A_DAY = "public, max-age=86400"
CHUNK = 64 * 1024
byte_range = re.compile(r"bytes=(\d*)-(\d*)")


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponse:
    """A file that lessons show; a part of it where a player asks for one, as players do to
    begin before all of it is there and to move about in it."""
    if not path.startswith(PUBLIC_FOLDERS) or ".." in path.split("/"):
        raise Http404
    shown = find_upload(path) if closures_for(request) else None
    if shown is not None and is_file_closed_to(request, shown):
        raise PermissionDenied
    try:
        file = default_storage.open(path, "rb")
        size = file.size
    except (OSError, SuspiciousFileOperation) as gone:
        raise Http404 from gone
    content_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    requested = byte_range.fullmatch(request.headers.get("Range", ""))
    response: Any
    if requested is None or not any(requested.groups()):
        response = FileResponse(file, content_type=content_type)
    else:
        first, last = bounds(*requested.groups(), size=size)
        if first > last:
            file.close()
            response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        else:
            response = StreamingHttpResponse(
                part_of(file, first, last), status=206, content_type=content_type
            )
            response["Content-Range"] = f"bytes {first}-{last}/{size}"
            response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    is_for_some = shown is not None and is_file_closed_to_some(request, shown)
    response["Cache-Control"] = "private, no-store" if is_for_some else A_DAY
    return response


def find_upload(path: str) -> Model | None:
    """The picture, recording or film that a file belongs to."""
    rendition = get_image_model().get_rendition_model().objects.filter(file=path)
    if found := rendition.select_related("image").first():
        return found.image
    upload: Model | None = Media.objects.filter(Q(file=path) | Q(thumbnail=path)).first()
    return upload


def bounds(first: str, last: str, *, size: int) -> tuple[int, int]:
    """The first and the last byte that a range names (RFC 9110, 14.1.2); crossed where none is."""
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
