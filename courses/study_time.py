"""How long study takes, by the rule that certificates are counted by."""

from __future__ import annotations

from fractions import Fraction

WORDS_READ_A_MINUTE = 120
WORDS_WRITTEN_A_MINUTE = 10
LONGEST_EXERCISE = 15


def reading_minutes(words: int) -> Fraction:
    """How long some words take to read."""
    return Fraction(words, WORDS_READ_A_MINUTE)


def exercise_minutes(words_asked: int) -> int:
    """How long an exercise takes that asks for about so many words, in whole minutes."""
    writing = -(-words_asked // WORDS_WRITTEN_A_MINUTE)
    return min(1 + writing, LONGEST_EXERCISE)
