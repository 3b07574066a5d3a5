"""Captions of a film, read from what editing programs write and set as WebVTT. Pure.

Browsers show nothing of a caption file that is not WebVTT to the letter, and do not say so.
What can be mended without guessing at words is mended; the rest is refused with its line.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from html import unescape

from django.utils.translation import gettext as _

from courses.uploads.exceptions import NotCaptions

EXTENSIONS = ("vtt", "srt")
HEADER = "WEBVTT"
LONGEST = 10 * 1024 * 1024

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
timing_line = re.compile(rf"\s*{TIME}\s*-{{1,2}}>\s*{TIME}(?P<settings>(?:\s.*)?)")
timing_attempt = re.compile(r"\s*[\d:.,]+\s*-{1,2}>|.*-->")
setting = re.compile(r"(?:vertical|line|position|size|align|region):\S+")
# What WebVTT knows, and what other programs write besides: <font>, {\an8}, {b}.
known_tag = re.compile(r"</?(?:b|i|u|c|v|lang|ruby|rt)(?:[.\s][^<>]*)?>|<\d[\d:.]*>")
any_tag = re.compile(r"<[^<>]*>")
braces = re.compile(r"\{\\[^{}]*\}|\{/?[biuy](?::[^{}]*)?\}", re.IGNORECASE)
ampersand = re.compile(r"&(?!(?:amp|lt|gt|nbsp|lrm|rlm|quot|apos|#\d+|#x[0-9a-fA-F]+);)")
KEPT_AS_THEY_ARE = ("NOTE", "STYLE", "REGION")


@dataclass(frozen=True)
class Cue:
    """Some words, and from when to when they stand, in milliseconds."""

    start: int
    end: int
    text: str
    settings: str = ""

    @property
    def words(self) -> str:
        """What a reader sees of it, on one line."""
        return " ".join(unescape(any_tag.sub("", self.text)).split())


@dataclass(frozen=True)
class Captions:
    """The cues of a film in the order of their time, and the styles that stood before them."""

    cues: tuple[Cue, ...]
    blocks: tuple[str, ...] = ()

    @property
    def first(self) -> str:
        """The first cue, with its time, as it is shown to whoever chose the file."""
        cue = self.cues[0]
        return _("%(time)s “%(words)s”") % {"time": clock(cue.start)[:-4], "words": cue.words}

    def as_webvtt(self) -> str:
        """A file that every browser reads."""
        cues = (
            f"{clock(cue.start)} --> {clock(cue.end)}{' ' * bool(cue.settings)}{cue.settings}\n"
            f"{cue.text}"
            for cue in self.cues
        )
        return "\n\n".join([HEADER, *self.blocks, *cues]) + "\n"


def read_captions(content: bytes) -> Captions:
    """The captions in a file, WebVTT or SubRip, whatever it is named and however it is written.

    Raises NotCaptions with the line at which it cannot be read.
    """
    if len(content) > LONGEST:
        raise NotCaptions(_("This file is far too long to be captions."))
    lines = text_of(content).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cues: list[Cue] = []
    blocks: list[str] = []
    for number, block in blocks_of(lines):
        at = next((i for i, line in enumerate(block) if timing_attempt.match(line)), None)
        if at is None:
            if block[0].strip().startswith(KEPT_AS_THEY_ARE[1:]) and not cues:
                blocks.append("\n".join(block))
            elif cues and not block[0].startswith(KEPT_AS_THEY_ARE):
                # Words below an empty line belong to the cue before it, as editors mean them.
                _add_words(cues, block, number)
            continue
        cues.append(_cue(block[at], block[at + 1 :], number + at))
    if not any(cue.words for cue in cues):
        raise NotCaptions(
            _("There are no captions in this file. Choose a WebVTT (.vtt) or SubRip (.srt) file.")
        )
    spoken = (cue for cue in cues if cue.words)
    return Captions(tuple(sorted(spoken, key=lambda cue: cue.start)), tuple(blocks))


def text_of(content: bytes) -> str:
    """What the bytes say, as UTF-8, UTF-16 or Windows-1252. Raises NotCaptions."""
    marked = (encoding for mark, encoding in BYTE_ORDER_MARKS if content.startswith(mark))
    encoding = next(marked, "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = _windows_text(content)
    if "\0" in text:
        raise NotCaptions(_("This file is not text, so it holds no captions."))
    return text.lstrip("\ufeff")


def _windows_text(content: bytes) -> str:
    """What older programs write on Windows, in the languages of western Europe."""
    try:
        return content.decode("windows-1252")
    except UnicodeDecodeError as problem:
        raise NotCaptions(
            _("We cannot tell in which letters this file is written. Save it as UTF-8.")
        ) from problem


def blocks_of(lines: list[str]) -> list[tuple[int, list[str]]]:
    """Lines that stand together, each group with the number of its first line.

    A group begins anew before the number of a cue that has no empty line before it.
    """
    blocks: list[tuple[int, list[str]]] = []
    current: list[str] = []
    for index, line in enumerate(lines):
        starts_cue = bool(timing_attempt.match(line) and any(map(timing_attempt.match, current)))
        if line.strip() and not starts_cue:
            current.append(line.rstrip())
            continue
        carried = [current.pop()] if starts_cue and current[-1].strip().isdigit() else []
        if current:
            blocks.append((index + 1 - len(current) - len(carried), current))
        current = [*carried, line.rstrip()] if starts_cue else []
    if current:
        blocks.append((len(lines) + 1 - len(current), current))
    return blocks


def _cue(timing: str, text: list[str], number: int) -> Cue:
    times = timing_line.fullmatch(timing)
    if times is None:
        raise NotCaptions(
            _("Line %(number)s should say from when to when words are shown: “%(line)s”.")
            % {"number": number, "line": timing.strip()[:60]}
        )
    start, end = _milliseconds(*times.groups()[:4]), _milliseconds(*times.groups()[4:8])
    if end <= start:
        raise NotCaptions(
            _("Line %(number)s ends before it begins: “%(line)s”.")
            % {"number": number, "line": timing.strip()[:60]}
        )
    settings = " ".join(setting.findall(times["settings"]))
    return Cue(start, end, "\n".join(_clean_line(line) for line in text), settings)


def _add_words(cues: list[Cue], block: list[str], number: int) -> None:
    if all(line.strip().isdigit() for line in block):
        return  # the number of a cue that never came
    last = cues.pop()
    words = "\n".join(filter(None, [last.text, *map(_clean_line, block)]))
    cues.append(Cue(last.start, last.end, words, last.settings))


def _clean_line(line: str) -> str:
    """A line of a cue with only the tags that WebVTT knows, and every other sign written out."""
    line = ampersand.sub("&amp;", braces.sub("", line))
    tags = known_tag.findall(line)
    rest = [any_tag.sub("", part).replace("<", "&lt;") for part in known_tag.split(line)]
    pieces = [rest[0]]
    for tag, part in zip(tags, rest[1:], strict=True):
        pieces += [tag, part]
    return "".join(pieces).replace("-->", "→").strip()


def _milliseconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    """A time; of a fraction the first digit is the tenths, as in 1.5."""
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int((fraction or "").ljust(3, "0"))


def clock(milliseconds: int) -> str:
    """A time as WebVTT writes it: 00:01:02.500."""
    seconds, fraction = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{fraction:03}"
