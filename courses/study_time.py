"""How long somebody studied, by one rule, from what they did and never from a plan. Pure.

The rule (the second curriculum brief, A2), from which every certificate is counted:

1. A part of a lesson counts when it is done and was open long enough. Done: its question was
   tried, or *Next* was pressed where it has none. Long enough: over all visits it was open for
   at least a third of its reading time, by the server's clock. It is then worth the words that
   it showed, divided by 120, in minutes. Words shown are those that stand on the page in the
   language in which it was read: no feedback, nothing that a reveal hides, no help lines, no
   sources.
2. An exercise counts when at least 15 words of it were saved, or when the learner says that
   they did it on paper or aloud. It is worth one minute and the words that it asks for divided
   by 10, rounded up, 15 minutes at most. The exercises of a lesson that were only ticked never
   count for more together than the parts of that lesson that count.
3. A question counts one minute, once, however often it is met, when the try that held it was
   open for at least 20 seconds a question.
4. A practice conversation counts the words on the way that was taken divided by 120, and a
   quarter of a minute for each choice, once for each different ending, when it went on for at
   least a third of the time that its words take to read.
5. Nothing else counts: no reveal, no repeated try, no time signed in, no signature.
6. The sum is rounded down to the half hour. Under half an hour it is no time at all.

Where the numbers come from. Reading: rules in the style of NBCC take 6,000 words for an hour,
which is 100 words a minute (ceuonestop.com/wp/faqs); InterNACHI takes 140
(nachi.org/catalog-credit-hour-calculation); NCBTMB takes 12,000 words for an hour, which is 200
(ncbtmb.org/faq/what-is-a-ce-hour); P.A.C.E. takes the measured reading time and half as much
again (ncctinc.com/CE/FAQ.aspx), which is about 160 on the mean silent rate of 238 that was found
over 190 studies (Brysbaert 2019, Journal of Memory and Language 109). 120 is slow on purpose,
for a phone and for people who read with effort. Writing: average users of a computer composed
19 words a minute (Karat and others 1999); half of that leaves room for thinking. Questions: the
one minute each of P.A.C.E., and its rounding down.

What it does not prove: time is not learning, and a page can be left open. That is why the word
is *estimated*, wherever the hours are shown. Nobody has tried the figures out with learners yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

WORDS_READ_A_MINUTE = 120
WORDS_WRITTEN_A_MINUTE = 10
LONGEST_EXERCISE = 15
LEAST_WORDS_WRITTEN = 15
LEAST_SHARE_OPEN = Fraction(1, 3)
LEAST_SECONDS_A_QUESTION = 20
MINUTES_A_QUESTION = 1
MINUTES_A_CHOICE = Fraction(1, 4)
HALF_HOUR = 30


@dataclass(frozen=True)
class PartRecord:
    """What is on record of a part of a lesson: the words it showed, for how long, and if done."""

    key: UUID
    lesson_key: UUID
    words: int
    seconds: int
    is_done: bool


@dataclass(frozen=True)
class ExerciseRecord:
    """An exercise that was done: about how many words it asks for, and if it was only ticked."""

    key: UUID
    lesson_key: UUID
    words_asked: int
    is_ticked: bool


@dataclass(frozen=True)
class TalkRecord:
    """A practice conversation that was held to one of its endings: the words on the way that was
    taken, the choices made, and for how long it went on."""

    conversation: int
    ending: str
    words: int
    choices: int
    seconds: int


@dataclass(frozen=True)
class StudyTime:
    """How long somebody studied, opened up. `minutes` is what is shown: whole half hours."""

    parts: int = 0
    of_parts: int = 0
    exercises: int = 0
    of_exercises: int = 0
    questions: int = 0
    words: int = 0
    reading_minutes: int = 0
    exercise_minutes: int = 0
    question_minutes: int = 0
    conversations: int = 0
    conversation_minutes: int = 0
    minutes: int = 0

    def to_json(self) -> dict[str, Any]:
        """The sum as it is frozen with a credential."""
        return asdict(self)

    @classmethod
    def from_json(cls, frozen: Mapping[str, Any]) -> StudyTime | None:
        """The sum that was frozen; None where none was."""
        return cls(**frozen) if frozen else None


def reading_minutes(words: int) -> Fraction:
    """How long some words take to read."""
    return Fraction(words, WORDS_READ_A_MINUTE)


def talk_minutes(talk: TalkRecord) -> Fraction:
    """How long a conversation takes: its words read, and a quarter of a minute for each choice."""
    return reading_minutes(talk.words) + MINUTES_A_CHOICE * talk.choices


def exercise_minutes(words_asked: int) -> int:
    """How long an exercise takes that asks for about so many words, in whole minutes."""
    writing = -(-words_asked // WORDS_WRITTEN_A_MINUTE)
    return min(1 + writing, LONGEST_EXERCISE)


def was_open_long_enough(words: int, seconds: int) -> bool:
    """Whether a part was open for a third of the time that its words take to read."""
    return seconds >= reading_minutes(words) * 60 * LEAST_SHARE_OPEN


def try_was_long_enough(seconds: float, questions: int) -> bool:
    """Whether a try was open for 20 seconds a question, so that its questions count."""
    return questions > 0 and seconds >= LEAST_SECONDS_A_QUESTION * questions


def half_hours_in(minutes: Fraction | int) -> int:
    """Some minutes, rounded down to whole half hours, in minutes."""
    return int(minutes // HALF_HOUR) * HALF_HOUR


def halves(minutes: Fraction | int) -> str:
    """Some minutes as hours in figures, in whole and half ones, rounded down: 8½."""
    hours, left = divmod(half_hours_in(minutes), 60)
    return f"{hours or ''}{'½' if left else ''}" or "0"


def study_time(
    parts: Iterable[PartRecord],
    exercises: Iterable[ExerciseRecord],
    questions: int,
    talks: Collection[TalkRecord] = (),
    *,
    of_parts: int = 0,
    of_exercises: int = 0,
) -> StudyTime:
    """How long somebody studied, by the rule at the top of this module, with its sum.

    `questions` is how many different ones count; `of_parts` and `of_exercises` are how many
    the course has. A part or an exercise that is on record more than once, as when a course
    is taken again, counts once; that of a copied lesson is another one. Of what a course no longer has, what was done still counts.
    """
    counted = [
        part
        for part in _joined_parts(parts)
        if part.is_done and was_open_long_enough(part.words, part.seconds)
    ]
    read_by_lesson: dict[UUID, Fraction] = defaultdict(Fraction)
    for part in counted:
        read_by_lesson[part.lesson_key] += reading_minutes(part.words)
    done = _joined_exercises(exercises)
    reading = sum(read_by_lesson.values(), Fraction())
    exercising = _minutes_of(done, read_by_lesson)
    count = sum(not one.is_ticked or one.lesson_key in read_by_lesson for one in done)
    asking = questions * MINUTES_A_QUESTION
    held = _joined_talks(talks)
    talking = sum(map(talk_minutes, held), Fraction())
    return StudyTime(
        parts=len(counted),
        of_parts=max(of_parts, len(counted)),
        exercises=count,
        of_exercises=max(of_exercises, count),
        questions=questions,
        words=sum(part.words for part in counted),
        reading_minutes=int(reading),
        exercise_minutes=int(exercising),
        question_minutes=asking,
        conversations=len(held),
        conversation_minutes=int(talking),
        minutes=half_hours_in(reading + exercising + asking + talking),
    )


def _joined_parts(records: Iterable[PartRecord]) -> list[PartRecord]:
    """One record of each part: its time over all of them, done if any is, by its fewest words."""
    joined: dict[tuple[UUID, UUID], PartRecord] = {}
    for record in records:
        place = record.lesson_key, record.key
        other = joined.get(place)
        joined[place] = record if other is None else _join(other, record)
    return list(joined.values())


def _join(one: PartRecord, other: PartRecord) -> PartRecord:
    return PartRecord(
        key=one.key,
        lesson_key=one.lesson_key,
        words=min(one.words, other.words),
        seconds=one.seconds + other.seconds,
        is_done=one.is_done or other.is_done,
    )


def _joined_talks(talks: Iterable[TalkRecord]) -> list[TalkRecord]:
    """One record of each different ending of a conversation: the first that was open long enough."""
    joined: dict[tuple[int, str], TalkRecord] = {}
    for talk in talks:
        if was_open_long_enough(talk.words, talk.seconds):
            joined.setdefault((talk.conversation, talk.ending), talk)
    return list(joined.values())


def _joined_exercises(records: Iterable[ExerciseRecord]) -> list[ExerciseRecord]:
    """One record of each exercise: what was written anywhere is written."""
    joined: dict[tuple[UUID, UUID], ExerciseRecord] = {}
    for record in records:
        place = record.lesson_key, record.key
        other = joined.get(place)
        if other is None or (other.is_ticked and not record.is_ticked):
            joined[place] = record
    return list(joined.values())


def _minutes_of(
    exercises: Iterable[ExerciseRecord], read_by_lesson: Mapping[UUID, Fraction]
) -> Fraction:
    """The minutes of exercises, with those that were only ticked held to what was read."""
    written = Fraction()
    ticked: dict[UUID, int] = defaultdict(int)
    for exercise in exercises:
        if exercise.is_ticked:
            ticked[exercise.lesson_key] += exercise_minutes(exercise.words_asked)
        else:
            written += exercise_minutes(exercise.words_asked)
    return written + sum(
        (
            min(Fraction(minutes), read_by_lesson.get(key, Fraction()))
            for key, minutes in ticked.items()
        ),
        Fraction(),
    )
