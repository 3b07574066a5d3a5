"""The text of a lesson: what is the same for everyone is cached, and what is personal never."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.blocks import StreamValue

from courses.blocks.personal import PersonalBlock
from courses.editions import cached
from courses.glossary import meanings_in
from courses.marking_words import Meaning, WordMarker
from courses.models import LessonPage, PartNote
from courses.parts import Part
from people.models import User
from people.rows import rows_where


@dataclass(frozen=True)
class PersonalPlace:
    """Where a personal block stands in a lesson, and its value as it is stored.

    `untouched` is the block as a reader finds it of whom there is nothing to say.
    """

    kind: str
    block_id: str
    stored: dict[str, Any]
    untouched: str


Piece = str | PersonalPlace
"""A piece of a lesson: markup that is the same for every reader, or the place of a personal block."""


@dataclass(frozen=True)
class PartText:
    """A part of a lesson, and its text in pieces."""

    part: Part
    pieces: tuple[Piece, ...]


def lesson_text(page: LessonPage, edition: int) -> tuple[PartText, ...]:
    """The parts of a lesson with what is the same for every reader; cached for its edition."""
    key = ("lesson_text", page.pk, get_language())
    return cached(edition, key, lambda: tuple(_part_texts(page, edition)))


def render_lesson_body(
    page: LessonPage, reader: User, edition: int, number: int | None = None
) -> SafeString:
    """A lesson as one reader sees it: the part of a number, or all of it.

    After each part stands the reader's note on it. A query for the notes, and one for each kind
    of personal block in what is shown.
    """
    texts = lesson_text(page, edition)
    shown = texts if number is None else texts[number - 1 : number]
    pieces = [piece for text in shown for piece in text.pieces]
    places = [piece for piece in pieces if isinstance(piece, PersonalPlace)]
    contexts = _personal_contexts(page, reader, places)
    own = rows_where(PartNote, learner=reader.pk, lesson_key=page.translation_key)
    notes = {note.part_key: note for note in own}
    return mark_safe(
        "".join(
            shown_to_reader
            for text in shown
            for shown_to_reader in (
                *(_render_piece(piece, contexts) for piece in text.pieces),
                note_form(page, text.part, notes.get(text.part.key)),
            )
        )
    )


def _render_piece(piece: Piece, contexts: Mapping[str, dict[str, Any]]) -> str:
    return _render_for_reader(piece, contexts) if isinstance(piece, PersonalPlace) else piece


def note_form(page: LessonPage, part: Part, note: PartNote | None = None) -> str:
    """Where a reader writes for themselves beside a part, with what is there already."""
    return render_to_string(
        "courses/_note_form.html",
        {"key": part.key, "heading": part.heading or page.title, "note": note},
    )


def preview_lesson_body(page: LessonPage) -> SafeString:
    """The text of a draft. Nothing of it is cached, and its personal blocks are nobody's."""
    parts = page.parts
    numbers = {part.start: number for number, part in enumerate(parts, start=1)}
    blocks = [(block, numbers.get(place)) for place, block in enumerate(page.body)]
    context = {"page": page, "blocks": blocks, "part_count": len(parts)}
    return render_to_string("courses/_lesson_preview.html", context)


def _part_texts(page: LessonPage, edition: int) -> list[PartText]:
    children = list(page.body)
    parts = page.parts
    meanings = meanings_in(page.locale.language_code, edition)
    return [
        PartText(
            part,
            tuple(
                _pieces(
                    page,
                    children[part.start : part.stop],
                    {"part_number": number, "part_count": len(parts)},
                    WordMarker(meanings, partial(_mark_word, number)),
                )
            ),
        )
        for number, part in enumerate(parts, start=1)
    ]


def _mark_word(part_number: int, meaning: Meaning, text: str) -> str:
    """A use of a word: a link to the glossary, which a script makes open its meaning in place.

    `text` is markup already, as it stands in the lesson.
    """
    return format_html(
        '<a class="word" href="{}#w{}" data-meaning="{}">{}</a>',
        reverse("courses:glossary"),
        meaning.key,
        _meaning_id(part_number, meaning),
        mark_safe(text),
    )


def _meaning_id(part_number: int, meaning: Meaning) -> str:
    return f"w-{part_number}-{meaning.key}"


def _explained(child: StreamValue.StreamChild, marker: WordMarker, context: dict[str, Any]) -> str:
    """A block with the words marked that it uses first, and after it what they mean.

    Prose alone: in a question to try, a meaning might tell the answer or mislead.
    """
    shown = str(child.render(context))
    if child.block_type != "prose":
        return shown
    before = set(marker.used)
    shown = marker.read(shown)
    meanings = [
        (_meaning_id(context["part_number"], meaning), meaning)
        for key, meaning in marker.used.items()
        if key not in before
    ]
    return shown + render_to_string("courses/blocks/_meanings.html", {"meanings": meanings})


def _pieces(
    page: LessonPage, children: list[Any], context: dict[str, Any], marker: WordMarker
) -> list[Piece]:
    pieces: list[Piece] = []
    for child in children:
        opening = f'<div class="block block--{child.block_type}" id="b-{child.id[:8]}">'
        if isinstance(child.block, PersonalBlock):
            pieces += [opening, _personal_place(child), "</div>\n"]
        else:
            shown = _explained(child, marker, {"page": page, "block_id": child.id, **context})
            pieces.append(f"{opening}{shown}</div>\n")
    return _joined(pieces)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """The same pieces, with those in one that are the same for everyone and stand side by side."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and isinstance(piece, str) and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _block_of(place: PersonalPlace) -> PersonalBlock:
    block: PersonalBlock = LessonPage.body.field.stream_block.child_blocks[place.kind]
    return block


def _personal_contexts(
    page: LessonPage, reader: User, places: list[PersonalPlace]
) -> dict[str, dict[str, Any]]:
    """What the templates of the personal blocks are given of a reader, by block id."""
    by_kind: dict[str, list[PersonalPlace]] = defaultdict(list)
    for place in places:
        by_kind[place.kind].append(place)
    contexts: dict[str, dict[str, Any]] = {}
    for same_kind in by_kind.values():
        block_ids = [place.block_id for place in same_kind]
        contexts |= _block_of(same_kind[0]).personal_contexts(
            reader, page.translation_key, block_ids
        )
    return contexts


def _personal_place(child: StreamValue.StreamChild) -> PersonalPlace:
    stored = child.block.get_prep_value(child.value)
    untouched = child.block.render(child.value, {"block_id": child.id})
    return PersonalPlace(child.block_type, child.id, stored, untouched)


def _render_for_reader(place: PersonalPlace, contexts: Mapping[str, dict[str, Any]]) -> str:
    """One personal block with what there is to say of its reader."""
    personal = contexts.get(place.block_id)
    if personal is None:
        return place.untouched
    block = _block_of(place)
    html: str = block.render(
        block.to_python(place.stored), {"block_id": place.block_id, **personal}
    )
    return html
