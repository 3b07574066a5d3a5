"""What is in a film or a recording, read from its content and never from its name.

MediaInfo's own library looks: it reads the boxes of MP4 and of WebM and decodes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _
from pymediainfo import MediaInfo

from courses.uploads.exceptions import NotARecording

FILM = "video"
SOUND = "audio"

FILMS = {"MPEG-4": "mp4", "WebM": "webm"}
SOUNDS = {"MPEG Audio": "mp3", "MPEG-4": "m4a", "Ogg": "ogg"}
"""What MediaInfo calls a container, and how the name of its file ends."""

PLAYED_EVERYWHERE = {
    FILM: {"AVC", "VP8", "VP9", "AV1"},
    SOUND: {"MPEG Audio", "AAC", "Opus", "Vorbis"},
}


@dataclass(frozen=True)
class Recording:
    """What a film or a sound is, as far as a page has to know."""

    extension: str
    seconds: float
    width: int | None = None
    height: int | None = None

    def name_after(self, name: str) -> str:
        """The name of the file that was handed over, ending in what it is."""
        stem = re.sub(r"\.\w{1,5}$", "", name.strip()) or "recording"
        return f"{stem}.{self.extension}"


def read_recording(file: str | IO[bytes], kind: str) -> Recording:
    """What is in a file, which is to be a film or a sound that every browser plays.

    Raises NotARecording where it is neither, breaks off, or is set in a way that only some
    browsers play.
    """
    tracks = MediaInfo.parse(file).tracks
    whole = next((track for track in tracks if track.track_type == "General"), None)
    shown = next((track for track in tracks if track.track_type == kind.title()), None)
    containers = FILMS if kind == FILM else SOUNDS
    container = str(whole.format) if whole else ""
    if whole is None or shown is None or container not in containers:
        raise NotARecording(_no_recording(kind))
    seconds = _number(whole.duration) / 1000
    if whole.istruncated:
        raise NotARecording(
            _(
                "This file did not arrive whole. Play it to its end on your own device, then "
                "choose it again."
            )
        )
    if shown.format not in PLAYED_EVERYWHERE[kind]:
        raise NotARecording(_set_otherwise(kind, str(shown.format)))
    if kind == SOUND:
        return Recording(containers[container], seconds)
    width, height = int(_number(shown.width)), int(_number(shown.height))
    if int(_number(shown.rotation)) % 180:
        width, height = height, width
    return Recording(containers[container], seconds, width or None, height or None)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0


def _no_recording(kind: str) -> str:
    if kind == FILM:
        return _("There is no film in this file that browsers play. Choose an MP4 or a WebM.")
    return _("There is no sound in this file that browsers play. Choose an MP3, M4A or OGG.")


def _set_otherwise(kind: str, coding: str) -> str:
    if kind == FILM:
        return _(
            "This film is set in %(coding)s, which not every browser plays. "
            "Save it as MP4 with H.264, then choose it again."
        ) % {"coding": coding}
    return _(
        "This sound is set in %(coding)s, which not every browser plays. "
        "Save it as MP3, then choose it again."
    ) % {"coding": coding}
