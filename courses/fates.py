"""What erasure does to teaching: the course stays, the learner leaves it."""

from __future__ import annotations

from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from courses.models import (
    Bookmark,
    Completion,
    CourseEdition,
    CourseTrainer,
    DoneExercise,
    Enrolment,
    MissedSchedule,
    Opening,
    PartNote,
    ProposedChange,
    Reflection,
    StudiedPart,
)
from people.fates import Fate, decide, keep

COUNTS = _("How a course is used is counted from it. It leads to a number, and no longer to you.")
DECISION = _("What was decided stays, with who decided it by number alone.")

keep(
    _("It is the course itself, and about nobody."),
    "courses.CompetencyGroup",
    "courses.CompetencyGroupName",
    "courses.Competency",
    "courses.CompetencyMapping",
    "courses.CompetencyWords",
    "courses.Edition",
    "courses.EditionModule",
    "courses.EditionStep",
)
keep(_("It is counted without names, and about nobody."), "courses.PartOpinion")
keep(
    _("It is the course itself. Whom it names as its author or its contact, an editor changes."),
    "courses.CourseIndexPage",
    "courses.CoursePage",
    "courses.ModulePage",
    "courses.LessonPage",
    "courses.GlossaryWord",
    "courses.PageTranslation",
)
decide(
    CourseEdition,
    Fate.KEEP,
    DECISION,
    by=("declared_by",),
    stays=("competencies", "reason"),
)
decide(
    ProposedChange,
    Fate.KEEP,
    DECISION,
    by=("proposed_by", "decided_by"),
    stays=("kind", "subject_key", "name", "before", "after", "reason", "words"),
)
decide(
    CourseTrainer,
    Fate.DELETE,
    _("You no longer teach there."),
    person=("trainer",),
    copied=("course__title",),
)
decide(
    Enrolment,
    Fate.ANONYMISE,
    COUNTS,
    person=("learner",),
    blanks={"withdrawn_at": Coalesce("withdrawn_at", Now())},
    copied=("course__title", "run", "enrolled_at", "withdrawn_at", "retaken_at", "ends_at"),
)
decide(
    Completion,
    Fate.ANONYMISE,
    COUNTS,
    person=("enrolment__learner",),
    copied=("page__title", "completed_at"),
)
decide(
    Opening,
    Fate.ANONYMISE,
    COUNTS,
    person=("enrolment__learner",),
    copied=("enrolment__course__title", "page_key", "opened_at"),
)
decide(
    StudiedPart,
    Fate.ANONYMISE,
    COUNTS,
    person=("enrolment__learner",),
    stays=("language",),
    copied=(
        "enrolment__course__title",
        "lesson_key",
        "part_key",
        "words",
        "first_opened_at",
        "opened_at",
        "seconds",
        "done_at",
    ),
)
decide(
    DoneExercise,
    Fate.ANONYMISE,
    COUNTS,
    person=("enrolment__learner",),
    copied=("enrolment__course__title", "lesson_key", "block_id", "words_asked", "way", "done_at"),
)
decide(
    Reflection,
    Fate.DELETE,
    _("It is yours alone."),
    person=("learner",),
    copied=("prompt", "text", "saved_at"),
)
decide(
    PartNote,
    Fate.DELETE,
    _("It is yours alone."),
    person=("learner",),
    copied=("lesson_title", "heading", "language", "text", "saved_at"),
)
decide(
    Bookmark,
    Fate.DELETE,
    _("It is yours alone."),
    person=("learner",),
    copied=("lesson_key", "part_key", "saved_at"),
)
decide(MissedSchedule, Fate.KEEP, DECISION, by=("author",), stays=("object_id", "title", "reason"))
