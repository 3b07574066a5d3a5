"""What is said in an item, apart from what is right in it, and the same item in other words.

Pure: values in, values out. The texts of an item are taken out and put in by the place that each
choice has in its question (`source`), so ids, order and key stay what they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

# `items` imports this, so an item is any here.
Item = Any
Choice = Any

Texts = Mapping[str, Any]
"""`fields` has texts by the name of their field, `choices` those of each list of choices, by
`source`. Of a language: `shown` says whether a reader sees it, `unreviewed` whether a program
wrote it and nobody read it over."""

SHOWN_ATTRIBUTE = "text"
"""The text of a choice that its reader chose by. All others of it are part of the key."""

AnyItem = TypeVar("AnyItem", bound=Any)


def texts_of(item: Item) -> dict[str, Any]:
    """All texts of an item."""
    return {
        "fields": {name: getattr(item, name) for name in item.text_fields},
        "choices": {
            name: {
                str(choice.source): {text: getattr(choice, text) for text in choice.texts}
                for choice in getattr(item, name)
            }
            for name in item.choices
        },
    }


def with_texts(item: AnyItem, texts: Texts) -> AnyItem:
    """The same item in other words. A text that is not among them stays."""
    values: dict[str, Any] = dict(texts["fields"])
    for name in item.choices:
        rows = texts["choices"].get(name, {})
        values[name] = [_choice_with(choice, rows) for choice in getattr(item, name)]
    return replace(item, **values)


def _choice_with(choice: Choice, rows: Texts) -> Choice:
    words = rows.get(str(choice.source), {})
    return replace(choice, **{name: words[name] for name in choice.texts if name in words})


def differ_in_words_alone(item: Item, other: Item) -> bool:
    """Whether two items are one and the same apart from their texts: as many choices, one key."""
    as_many = all(len(getattr(item, name)) == len(getattr(other, name)) for name in item.choices)
    return as_many and with_texts(other, texts_of(item)) == item


def in_language(item: AnyItem, language: str) -> AnyItem:
    """The item in a language, where it has all of its words in it; else as it is.

    Ids, order and key stay, so an answer that was given in one language is read in any.
    """
    texts = item.translations.get(language)
    if texts is None or not texts["shown"]:
        return item
    others = {name: each for name, each in item.translations.items() if name != language}
    others[item.language] = {**texts_of(item), "shown": True, "unreviewed": item.unreviewed}
    return replace(
        with_texts(item, texts),
        language=language,
        unreviewed=texts["unreviewed"],
        translations=others,
    )


# Corrected ----------------------------------------------------------------------------------

Pairs = Mapping[str, Mapping[int, int]]
"""For each list of choices: the source of each that was shown, and of the one that corrects it."""


def corrected_translations(item: Item, version: Item, pairs: Pairs) -> dict[str, Any]:
    """The other languages of an item whose key is corrected by a version of its question.

    What was shown stays, and the rest comes from the version in the same language. Where the
    version is not in it, what was said of the old key is not shown any more: the item is read in
    its own language. What was accepted in it goes on counting. Of languages that only the
    version has, what it accepts counts.
    """
    if not item.translations and not version.translations:
        return {}
    corrected = {
        language: _corrected_texts(item, texts, version.translations.get(language), version, pairs)
        for language, texts in item.translations.items()
    }
    if item.accepts_every_language:
        for language, theirs in version.translations.items():
            if language != item.language and language not in corrected:
                own = _at_own_places(item, theirs, pairs)
                corrected[language] = {**theirs, "choices": own, "shown": False}
    return corrected


def _corrected_texts(
    item: Item, texts: Texts, theirs: Texts | None, version: Item, pairs: Pairs
) -> dict[str, Any]:
    if theirs is None or not theirs["shown"]:
        choices = {
            name: rows
            for name, rows in texts["choices"].items()
            if name not in item.key_choices or _are_alike(item, version, name)
        }
        return {**texts, "choices": choices, "shown": False}
    fields = {
        name: theirs["fields"].get(name, text) if name in item.key_fields else text
        for name, text in texts["fields"].items()
    }
    choices = _at_own_places(item, theirs, pairs)
    for name in item.shown_choices():
        for source, words in choices[name].items():
            own = texts["choices"][name].get(source, {})
            if SHOWN_ATTRIBUTE in own:
                words[SHOWN_ATTRIBUTE] = own[SHOWN_ATTRIBUTE]
    return {**texts, "fields": fields, "choices": choices, "unreviewed": theirs["unreviewed"]}


def _at_own_places(item: Item, theirs: Texts, pairs: Pairs) -> dict[str, Any]:
    """The texts of a version's choices, each under the source of the choice that it corrects."""
    choices = dict(theirs["choices"])
    for name in item.shown_choices():
        rows = theirs["choices"].get(name, {})
        choices[name] = {
            str(own): dict(rows.get(str(other), {})) for own, other in pairs[name].items()
        }
    return choices


def _are_alike(item: Item, version: Item, name: str) -> bool:
    """Whether a list that is never shown is the same apart from its texts."""
    own, other = getattr(item, name), getattr(version, name)
    return len(own) == len(other) and all(
        replace(b, id=a.id, **{text: getattr(a, text) for text in a.texts}) == a
        for a, b in zip(own, other, strict=True)
    )
