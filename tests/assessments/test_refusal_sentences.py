"""Every refusal that a learner can meet is a whole sentence, kind, and in their language."""

from types import SimpleNamespace

import pytest
from django.utils import timezone, translation

from assessments import exceptions as ours
from courses import exceptions as taught
from courses.exceptions import CoursesError
from tests.make import NOON

LESSON = SimpleNamespace(title="Being present", is_gone=False)
DELETED = SimpleNamespace(title="Silence", is_gone=True)
QUIZ = SimpleNamespace(title="Module check")
COURSE = SimpleNamespace(get_admin_display_title=lambda: "Listening")
WITHDRAWN = SimpleNamespace(withdrawn_at=NOON)
ENDED = SimpleNamespace(withdrawn_at=None)

REFUSALS = [
    taught.CourseNotOpen(None),
    taught.CourseNotComplete(None),
    taught.EnrolmentClosed(WITHDRAWN),
    taught.EnrolmentClosed(ENDED),
    taught.EnrolmentEnded(ENDED),
    taught.LessonLocked(LESSON, []),
    taught.ReflectionChanged(None),
    taught.StepIsAway(LESSON),
    taught.StepIsAway(DELETED),
    taught.NothingToDeclare(None),
    taught.EditionUnchanged(None),
    taught.CourseChangedMeanwhile(None),
    taught.StepsAreDown([LESSON, QUIZ]),
    taught.DeclaredInAnotherLanguage(COURSE),
    taught.NotPublishable("Silence", ["Say what the picture tells."]),
    taught.StillInUse("A garden", ["Lesson: Silence"]),
    taught.SecondReaderNeeded("LI1 Be present"),
    taught.ReasonNeeded(),
    taught.NothingChanges(),
    taught.AlreadyProposed(SimpleNamespace(proposed_by=SimpleNamespace(full_name="Rosa Adler"))),
    taught.AlreadyDecided(),
    taught.AnotherReaderNeeded(),
    taught.NotTheProposer(),
    taught.ChangedSinceProposed(),
    taught.ChangeNotPossible(["A competency of this code is there already."]),
    ours.QuizLocked(QUIZ, []),
    ours.QuizLocked(QUIZ, [LESSON]),
    ours.QuizLocked(QUIZ, [LESSON, QUIZ]),
    ours.NoAttemptsLeft(1),
    ours.NoAttemptsLeft(3),
    ours.WaitBeforeNextAttempt(NOON),
    ours.PauseBeforeNextAttempt(NOON),
    ours.TooManyStarts(NOON),
    ours.TalkNeeded(1),
    ours.TalkNeeded(6),
    ours.TalkNotAnswered(),
    ours.NoTalkOffered(None),
    ours.QuizNotOpenYet(NOON),
    ours.QuizClosed(NOON),
    ours.TimeIsUp(NOON),
    ours.NothingToAnswerAgain(None),
    ours.AlreadyInPlace(None),
    ours.CannotTakeBack(None),
    ours.ExceptionChanged(1),
    ours.PoolTooSmall(None),
    ours.ResponseTooLong([2]),
    ours.ResponseTooLong([2, 5]),
    ours.AttemptClosed(None),
    ours.ChangedElsewhere(3, NOON),
    ours.RedLineStays("B11"),
    ours.NothingLeftToMark(),
    ours.PassMarkOnlyLowered(),
    ours.NobodyToRemark(),
    ours.NotReadyToRemark(),
    ours.RemarkReasonNeeded(),
    ours.DryRunOutOfDate(),
]
# Named for what differs, each with a sentence of its own: see test_corrections.
ABSTRACT = {
    CoursesError,
    taught.CannotDeclare,
    taught.CannotPropose,
    ours.CannotRemark,
    ours.CannotBeCorrected,
}


def kinds_below(kind):
    return {kind} | {each for child in kind.__subclasses__() for each in kinds_below(child)}


def test_none_is_left_out():
    """A refusal that is added is added here as well, and so has a sentence in both languages."""
    modules = {taught.__name__, ours.__name__}
    named = {kind for kind in kinds_below(CoursesError) if kind.__module__ in modules}
    assert named - ABSTRACT == {type(refusal) for refusal in REFUSALS}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: type(refusal).__name__)
def test_it_is_a_whole_sentence(refusal):
    words = str(refusal)
    assert words.lstrip("“")[0].isupper()
    assert words.endswith(".")
    assert "%(" not in words
    assert "None" not in words


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: type(refusal).__name__)
def test_it_is_said_in_the_language_of_its_reader_even_when_it_was_raised_in_another(refusal):
    english = str(refusal)
    with translation.override("es"):
        spanish = str(refusal)
    assert spanish != english
    assert "%(" not in spanish


BLAMING = ["fail", "invalid", "illegal", "forbidden", "error", "wrong", "denied", "must not"]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: type(refusal).__name__)
def test_it_blames_nobody(refusal):
    assert [word for word in BLAMING if word in str(refusal).lower()] == []


@pytest.mark.parametrize(
    ("refusal", "parts"),
    [
        (ours.QuizLocked(QUIZ, [LESSON]), ["“Being present”"]),
        (ours.QuizLocked(QUIZ, [LESSON, QUIZ]), ["2 more parts", "“Being present”"]),
        (ours.QuizLocked(QUIZ, []), ["not open at the moment"]),
        (ours.NoAttemptsLeft(1), ["once"]),
        (ours.NoAttemptsLeft(3), ["3 times"]),
        (ours.TalkNeeded(1), ["once"]),
        (ours.TalkNeeded(6), ["6 times"]),
        (ours.ResponseTooLong([2]), ["question 2 "]),
        (ours.ResponseTooLong([2, 5]), ["questions 2, 5 "]),
        (taught.EnrolmentClosed(WITHDRAWN), ["enrol again"]),
        (taught.EnrolmentClosed(ENDED), ["time on this course has ended"]),
    ],
    ids=str,
)
def test_it_says_what_stands_in_the_way(refusal, parts):
    assert [part for part in parts if part not in str(refusal)] == []


@pytest.mark.parametrize(
    "kind",
    [
        ours.WaitBeforeNextAttempt,
        ours.PauseBeforeNextAttempt,
        ours.QuizNotOpenYet,
        ours.QuizClosed,
        ours.TimeIsUp,
    ],
)
def test_a_moment_is_told_where_its_reader_is(kind):
    with timezone.override("UTC"):
        at_home = str(kind(NOON))
    with timezone.override("Asia/Tokyo"):
        far_away = str(kind(NOON))
    assert at_home != far_away
