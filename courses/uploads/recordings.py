"""What is in a film or a recording, read from its content and never from its name.

MediaInfo's own library looks: it reads the boxes of MP4 and of WebM and decodes nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _
from pymediainfo import MediaInfo

from courses.uploads.exceptions import NotARecording

FILM = "video"
SOUND = "audio"

FILMS = {"MPEG-4": "mp4", "WebM": "webm"}
SOUNDS = {"MPEG Audio": "mp3", "MPEG-4": "m4a", "Ogg": "ogg"}
"""What MediaInfo calls a container, and how the name of its file ends."""

TOO_LARGE_SOUNDS = {"Wave": "WAV", "AIFF": "AIFF", "FLAC": "FLAC"}
"""Containers of sound as it was recorded, by MediaInfo's names, and what people call them. Some
play in every browser, and weigh many times what a phone on a bus should have to load."""

PLAYED_EVERYWHERE = {
    "MPEG-4": {FILM: {"AVC", "VP9", "AV1"}, SOUND: {"AAC", "MPEG Audio", "Opus"}},
    "WebM": {FILM: {"VP8", "VP9", "AV1"}, SOUND: {"Opus", "Vorbis"}},
    "MPEG Audio": {SOUND: {"MPEG Audio"}},
    "Ogg": {SOUND: {"Opus", "Vorbis"}},
}
"""What every browser plays in each container, picture and sound, by MediaInfo's names."""

NOT_PLAYED = {"Layer 1", "Layer 2"}
"""Older ways of MPEG Audio: what is called MP3 is its third."""

COLOURS = "4:2:0"
"""How finely browsers take colours: a value for each four dots."""

MP4_HEADER = b"moov"
LONGEST_MP4_HEADER = 64 * 1024 * 1024
VP9_BOX = b"vpcC"

OGG_PAGE = b"OggS"
LONGEST_OGG_PAGE = 27 + 255 + 255 * 255


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
    tracks: list[Any] = MediaInfo.parse(file).tracks
    whole = next((track for track in tracks if track.track_type == "General"), None)
    shown = next((track for track in tracks if track.track_type == kind.title()), None)
    containers = FILMS if kind == FILM else SOUNDS
    container = str(whole.format) if whole else ""
    if reason := reason_against_file(whole, container, kind, file):
        raise NotARecording(reason)
    if whole is None or shown is None or container not in containers:
        raise NotARecording(_no_recording(kind))
    if kind == SOUND and any(track.track_type == FILM.title() for track in tracks):
        raise NotARecording(
            _(
                "This is a film. Put it in as a film, or save its sound alone as MP3, then choose "
                "it again."
            )
        )
    seconds = _number(whole.duration) / 1000
    if container == "MPEG-4" and shown.format == "VP9":
        # MediaInfo reads it of a WebM alone.
        shown.format_profile = vp9_profile(header_of_mp4(file))
    for each in {FILM: (FILM, SOUND), SOUND: (SOUND,)}[kind]:
        for track in tracks_by_themselves(tracks, each):
            reason = reason_against(track, container, kind)
            if reason:
                raise NotARecording(reason)
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


def reason_against_file(whole: Any, container: str, kind: str, file: str | IO[bytes]) -> str:
    """Why a file is not taken, whatever its tracks are; empty where nothing is against it."""
    if kind == SOUND and container in TOO_LARGE_SOUNDS:
        return _too_large_sound(TOO_LARGE_SOUNDS[container])
    if container in (FILMS if kind == FILM else SOUNDS) and breaks_off(whole, file):
        return _(
            "This file did not arrive whole. Play it to its end on your own device, then "
            "choose it again."
        )
    return ""


def breaks_off(whole: Any, file: str | IO[bytes]) -> bool:
    """Whether the end of a file is missing. In many an MP4 what says how to play it stands there."""
    if whole.format == "Ogg" and not has_last_page(end_of(file)):
        return True
    return bool(whole.istruncated) or (whole.format == "MPEG-4" and not header_of_mp4(file))


def _too_large_sound(name: str) -> str:
    return _(
        "This is a %(name)s, which is many times larger than it need be for listening. Save the "
        "recording as MP3 or M4A, then choose it again."
    ) % {"name": name}


def _no_recording(kind: str) -> str:
    if kind == FILM:
        return _("There is no film in this file that browsers play. Choose an MP4 or a WebM.")
    return _("There is no sound in this file that browsers play. Choose an MP3, M4A or OGG.")


def tracks_by_themselves(tracks: Iterable[Any], kind: str) -> list[Any]:
    """The pictures or the sounds of a file that a browser plays unless it is told otherwise.

    A phone may put a second sound beside the first, for its own loudspeakers alone, and says that
    it is not the one to begin with. Where a file says so of all its tracks, any may be played.
    """
    of_kind = [track for track in tracks if track.track_type == kind.title()]
    return [track for track in of_kind if track.default != "No"] or of_kind


def reason_against(track: Any, container: str, kind: str) -> str:
    """Why not every browser plays a track of a film or a sound; empty where all do."""
    is_picture = track.track_type == FILM.title()
    played = PLAYED_EVERYWHERE[container].get(FILM if is_picture else SOUND, set())
    if track.format not in played or is_set_for_some(track):
        if kind == SOUND:
            return _set_otherwise_sound(name_of_coding(track))
        if is_picture:
            return _set_otherwise_film(name_of_coding(track))
        return _set_otherwise_sound_of_film(name_of_coding(track))
    colours = str(track.chroma_subsampling or COLOURS)
    if is_picture and (not colours.startswith(COLOURS) or is_too_deep(track)):
        return _set_too_finely(track, colours)
    return ""


def is_set_for_some(track: Any) -> bool:
    """Whether a track is in a layer or a profile of its coding that only some browsers play.

    Of VP9 that is every profile but the first: the others have more bits or finer colours.
    """
    if track.format == "VP9":
        return (track.format_profile or "0") != "0"
    return track.format_profile in NOT_PLAYED


def is_too_deep(track: Any) -> bool:
    """Whether a track is H.264 with more bits for a colour than browsers read in it."""
    return bool(track.format == "AVC" and _number(track.bit_depth) > 8)


def name_of_coding(track: Any) -> str:
    """What a coding is called, with its layer or profile where browsers play others of it."""
    name = str(track.format or track.codec_id or "?")
    if not is_set_for_some(track):
        return name
    return (
        f"{name} Profile {track.format_profile}"
        if name == "VP9"
        else f"{name} {track.format_profile}"
    )


def vp9_profile(header: bytes) -> str:
    """The profile of VP9 that the header of an MP4 names; the first, where it names none."""
    place = header.find(VP9_BOX) + len(VP9_BOX) + 4  # behind its version
    is_there = VP9_BOX in header and place < len(header)
    return str(header[place]) if is_there else "0"


def header_of_mp4(file: str | IO[bytes]) -> bytes:
    """The box of an MP4 that says what its tracks are, wherever it stands; empty without one."""
    if isinstance(file, str):
        with Path(file).open("rb") as opened:
            return header_of_mp4(opened)
    place = 0
    while True:
        file.seek(place)
        start = file.read(16)
        size = int.from_bytes(start[:4])
        if size == 1:
            size = int.from_bytes(start[8:16])
        if start[4:8] == MP4_HEADER:
            file.seek(place)
            return file.read(min(size, LONGEST_MP4_HEADER))
        if size < 8:
            return b""
        place += size


def end_of(file: str | IO[bytes]) -> bytes:
    """The end of a file, as long as an OGG's last page may be and whatever hangs behind it."""
    if isinstance(file, str):
        with Path(file).open("rb") as opened:
            return end_of(opened)
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 2 * LONGEST_OGG_PAGE))
    return file.read()


def has_last_page(end: bytes) -> bool:
    """Whether an OGG ends with a page that is whole and says that none comes after it."""
    page = end[end.rfind(OGG_PAGE) :] if OGG_PAGE in end else b""
    if len(page) < 27 or len(page) < 27 + page[26]:
        return False
    says_it_is_last = bool(page[5] & 4)
    return says_it_is_last and len(page) >= 27 + page[26] + sum(page[27 : 27 + page[26]])


def _set_otherwise_film(coding: str) -> str:
    return _(
        "This film is set in %(coding)s, which not every browser plays. "
        "Save it as MP4 with H.264, then choose it again."
    ) % {"coding": coding}


def _set_otherwise_sound(coding: str) -> str:
    return _(
        "This sound is set in %(coding)s, which not every browser plays. "
        "Save it as MP3, then choose it again."
    ) % {"coding": coding}


def _set_otherwise_sound_of_film(coding: str) -> str:
    return _(
        "The sound of this film is set in %(coding)s, which not every browser plays: many would "
        "show it without a sound. Save it as MP4 with H.264 and AAC sound, then choose it again."
    ) % {"coding": coding}


def _set_too_finely(track: Any, colours: str) -> str:
    return _(
        "The colours of this film are set in %(bits)s bits and %(colours)s, which not every "
        "browser shows. Save it as MP4 with H.264 in 8 bits and 4:2:0 (often called yuv420p), "
        "then choose it again."
    ) % {"bits": int(_number(track.bit_depth)) or 8, "colours": colours}
