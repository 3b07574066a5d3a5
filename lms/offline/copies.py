"""What the copy of a module on a phone holds, how large it is, and when it has changed.

The pages of a copy are rendered apart from those of the site: they hold the words that are the same
for every reader and nothing that somebody wrote. See docs/decisions/0136.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import default_storage
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from courses.lesson_body import lesson_text, note_form
from courses.models import LessonPage
from courses.progress import ModuleOutline, Progress, StepOutline

COPIED_KINDS = ("lesson", "conversation")
READABLE = frozenset({"open", "done"})
STAMPS = re.compile(
    r'(?:content|value)="\d+:[\w-]+:[\w-]+"|name="csrfmiddlewaretoken" value="\w+"'
    r'|name="edition" content="\d+"'
)
"""What differs from one rendering of the same page to the next."""
FILES = re.compile(r'(?:src|href|data-sound)="([^"#]+)"')
FILMS = re.compile(r"<(video|audio)\b.*?</\1>", re.DOTALL)
CHOICES_OF_SIZE = re.compile(r'\s(?:srcset|sizes)="[^"]*"')


@dataclass(frozen=True)
class CopiedPage:
    """A page of a copy: where readers find it, where they find it in other languages, and the
    address that its copy is fetched from."""

    path: str
    address: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class CopySize:
    """What a copy comes to: its files, all of its bytes, and a digest of its words."""

    files: tuple[str, ...]
    bytes: int
    digest: str


def is_copied(step: StepOutline, progress: Progress) -> bool:
    """Whether a step goes onto the phone: one that its learner may read, and has reached."""
    return (
        step.kind.name in COPIED_KINDS and step.is_there and progress.state_of(step.key) in READABLE
    )


def copied_steps(module: ModuleOutline, progress: Progress) -> list[StepOutline]:
    return [step for step in module.steps if is_copied(step, progress)]


def neighbours(
    module: ModuleOutline, progress: Progress, key: UUID
) -> tuple[StepOutline | None, StepOutline | None]:
    """The steps before and after one in the copy of a module."""
    steps = copied_steps(module, progress)
    place = [step.key for step in steps].index(key)
    before = steps[place - 1] if place else None
    return before, (steps[place + 1] if place + 1 < len(steps) else None)


def copied_body(page: LessonPage, edition: int) -> SafeString:
    """All parts of a lesson as one reads them without a connection: no words of anybody, one size
    of each picture, and a sentence in the place of a film or a recording."""
    text = "".join(
        piece if isinstance(piece, str) else piece.untouched
        for text in lesson_text(page, edition)
        for piece in (*text.pieces, note_form(page, text.part))
    )
    return mark_safe(CHOICES_OF_SIZE.sub("", FILMS.sub(_film_left_out(), text)))


def _film_left_out() -> str:
    words = _("Films and sound are not kept on the phone. Their words are below.")
    return format_html('<p class="notice">{}</p>', words)


def size_up(pages: Iterable[str], addresses: Iterable[str] = ()) -> CopySize:
    """What some rendered pages come to, with every file of this site that they show. Their digest
    is another one where their further `addresses` are others."""
    texts = [STAMPS.sub("", page) for page in pages]
    files = sorted({file for text in texts for file in FILES.findall(text) if is_file(file)})
    size = sum(len(text.encode()) for text in texts) + sum(size_of(file) for file in files)
    digest = sha256("\0".join([*texts, *files, *addresses]).encode()).hexdigest()
    return CopySize(tuple(files), size, digest[:32])


def is_file(address: str) -> bool:
    """Whether an address in a page is that of a style, a script or a picture of this site."""
    if address.startswith("/accent.css"):
        return True
    return address.startswith((settings.STATIC_URL, settings.MEDIA_URL))


def size_of(address: str) -> int:
    """The bytes of a file; 0 for one that nobody can tell the size of."""
    path = address.partition("?")[0]
    try:
        if path.startswith(settings.STATIC_URL):
            return _static_size(path.removeprefix(settings.STATIC_URL))
        if path.startswith(settings.MEDIA_URL):
            return int(default_storage.size(path.removeprefix(settings.MEDIA_URL)))
    except OSError:
        return 0
    return 0


def _static_size(name: str) -> int:
    path = finders.find(name)
    if isinstance(path, str):
        with open(path, "rb") as file:
            return len(file.read())
    return int(staticfiles_storage.size(name))
