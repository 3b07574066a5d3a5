"""Which words of the pages a query means: other forms of its words, and words with a slip.

The databases' own searches match whole words, and each stems in a way of its own or not at
all. So the words that stand in the published pages are gathered by their stem, and each word
of a query is widened to the words of the pages that it may mean. Both databases then find the
same pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import reduce
from operator import and_, or_

import snowballstemmer
from modelsearch.query import PlainText, SearchQuery

from people.folding import fold, fold_for_search

STEMMERS = {"en": "english", "es": "spanish", "fr": "french", "de": "german", "pt": "portuguese"}
SHORTEST_CORRECTED = 4
"""A shorter word is too near to too many others to guess which was meant."""
NEAR_ENOUGH = 0.8
"""How alike two words or stems are, by `difflib`, when one may be a slip for the other."""
MOST_CORRECTED = 5
"""How many words of one query are compared with every word of the pages."""

word_pattern = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The words of a text, folded but for their accents, in order."""
    return word_pattern.findall(fold(text))


def stem(word: str, language: str) -> str:
    """The stem of a word by the Snowball rules; the word itself in a language without rules."""
    rules = STEMMERS.get(language.split("-")[0])
    # A stemmer changes itself as it works, so two threads never share one.
    return str(snowballstemmer.stemmer(rules).stemWord(word)) if rules else word


def key_of(word: str, language: str) -> str:
    """The stem of a word without its accents, which is the same where they are not typed."""
    return stem(fold_for_search(word), language)


@dataclass(frozen=True)
class Vocabulary:
    """The words of the pages that a reader may search, in lower case."""

    by_stem: Mapping[str, tuple[str, ...]]
    native_words: Mapping[str, str]
    """The stem of each word of the pages in the reader's language, by the word unaccented."""
    foreign_words: Mapping[str, str]
    """The same of the pages that are in no such language."""


def vocabulary_of(
    native_texts: Iterable[str], language: str, foreign_texts: Iterable[str] = ()
) -> Vocabulary:
    """The words of some texts, each once and in order of the alphabet.

    `native_texts` are in `language`, by whose rules every word is stemmed.
    """
    native, foreign = (
        {word for text in texts for word in words_of(text)}
        for texts in (native_texts, foreign_texts)
    )
    by_stem: dict[str, tuple[str, ...]] = {}
    for word in sorted(native | foreign):
        key = key_of(word, language)
        by_stem[key] = (*by_stem.get(key, ()), word)
    stems = {word: key for key, words in by_stem.items() for word in words}
    return Vocabulary(
        by_stem,
        {fold_for_search(word): stems[word] for word in sorted(native)},
        {fold_for_search(word): stems[word] for word in sorted(foreign - native)},
    )


@dataclass(frozen=True)
class Meaning:
    """One word of a query, and the words of the pages that it may mean."""

    typed: str
    words: tuple[str, ...]
    is_correction: bool = False
    """Whether `typed` stands in no page, and `words` are the most like it."""


def meanings_of(typed_words: list[str], vocabulary: Vocabulary, language: str) -> list[Meaning]:
    """What each word of a query means: other forms of it, the word most like it, or itself."""
    meanings = []
    corrections_left = MOST_CORRECTED
    for word in typed_words:
        words = vocabulary.by_stem.get(key_of(word, language), ())
        is_correction = not words and len(word) >= SHORTEST_CORRECTED and corrections_left > 0
        if is_correction:
            corrections_left -= 1
            words = _most_like(word, vocabulary, language)
        meanings.append(Meaning(word, words or (word,), is_correction and bool(words)))
    return meanings


def _most_like(word: str, vocabulary: Vocabulary, language: str) -> tuple[str, ...]:
    """The forms of the word that is most like `word`, the most like it first; empty if none.

    A word of another language is meant only where none of the reader's own is like it.
    """
    for stems in (vocabulary.native_words, vocabulary.foreign_words):
        key = _nearest_stem(word, stems, language)
        if key is not None:
            words = vocabulary.by_stem[key]
            return tuple(get_close_matches(word, words, n=len(words), cutoff=0))
    return ()


def _nearest_stem(word: str, stems: Mapping[str, str], language: str) -> str | None:
    """The stem of the word that is most like `word` as a whole or in its stem.

    As a whole too, because a slip in an ending (*privasidad*) hides it from a stemmer.
    """
    whole, key = fold_for_search(word), key_of(word, language)
    candidates = [
        (_likeness(whole, match), stems[match])
        for match in get_close_matches(whole, stems, n=1, cutoff=NEAR_ENOUGH)
    ] + [
        (_likeness(key, match), match)
        for match in get_close_matches(key, dict.fromkeys(stems.values()), n=1, cutoff=NEAR_ENOUGH)
    ]
    # Of two as near, the first: the whole word.
    return max(candidates, key=lambda candidate: candidate[0])[1] if candidates else None


def _likeness(word: str, other: str) -> float:
    return SequenceMatcher(None, word, other).ratio()


def every_word_query(meanings: list[Meaning]) -> SearchQuery:
    """Finds what holds each word of the query, in any of its meanings."""
    return reduce(and_, map(_any_of, meanings))


def any_word_query(meanings: list[Meaning]) -> SearchQuery:
    """Finds what holds any word of the query, in any of its meanings."""
    return reduce(or_, map(_any_of, meanings))


def _any_of(meaning: Meaning) -> SearchQuery:
    return reduce(or_, map(PlainText, meaning.words))


def excerpt(text: str, meant: set[str], *, length: int = 180) -> list[tuple[str, bool]]:
    """The part of a text around the first word that was meant, as pieces in order.

    Each piece says whether it is a word that was meant. Empty where the text holds none.
    """
    matches = list(word_pattern.finditer(text))
    first = next((match for match in matches if fold(match[0]) in meant), None)
    if first is None:
        return []
    start, end = _bounds(text, first.start(), length)
    pieces: list[tuple[str, bool]] = [("… ", False)] if start else []
    position = start
    for match in matches:
        if start <= match.start() and match.end() <= end and fold(match[0]) in meant:
            pieces += [(text[position : match.start()], False), (match[0], True)]
            position = match.end()
    pieces.append((text[position:end] + (" …" if end < len(text) else ""), False))
    return [piece for piece in pieces if piece[0]]


def _bounds(text: str, around: int, length: int) -> tuple[int, int]:
    """Where an excerpt begins and ends: at a sentence if one begins near, else between words."""
    earliest = max(0, around - length // 3)
    sentence = max(text.rfind(mark, earliest, around) for mark in (". ", "? ", "! ", ": "))
    if sentence >= 0:
        start = sentence + 2
    else:
        start = text.find(" ", earliest, around) + 1 if earliest else 0
    if len(text) <= start + length:
        return start, len(text)
    return start, max(text.rfind(" ", start, start + length), around + 1)
