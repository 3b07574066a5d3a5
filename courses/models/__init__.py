"""Teaching: what is taught, who takes part, and what they finished."""

from courses.models.bookmarks import Bookmark
from courses.models.competencies import (
    Competency,
    CompetencyGroup,
    CompetencyGroupName,
    CompetencyMapping,
    CompetencyWords,
    language_field,
    words_in,
)
from courses.models.course_editions import CourseEdition, EditionModule, EditionStep
from courses.models.editions import Edition
from courses.models.enrolments import Completion, Enrolment, Opening, PlaceState, Reflection
from courses.models.notes import PartNote
from courses.models.opinions import PartOpinion
from courses.models.pages import (
    CourseIndexPage,
    CoursePage,
    CourseTrainer,
    LessonPage,
    ModulePage,
)
from courses.models.schedules import MissedSchedule
from courses.models.second_read import ProposedChange, SecondReadModel
from courses.models.steps import ReaderPage, StepPage, step_types
from courses.models.studying import DoneExercise, StudiedPart
from courses.models.translations import PageTranslation
from courses.models.words import GlossaryWord

__all__ = [
    "Bookmark",
    "Competency",
    "CompetencyGroup",
    "CompetencyGroupName",
    "CompetencyMapping",
    "CompetencyWords",
    "Completion",
    "CourseEdition",
    "CourseIndexPage",
    "CoursePage",
    "CourseTrainer",
    "DoneExercise",
    "Edition",
    "EditionModule",
    "EditionStep",
    "Enrolment",
    "GlossaryWord",
    "LessonPage",
    "MissedSchedule",
    "ModulePage",
    "Opening",
    "PageTranslation",
    "PartNote",
    "PartOpinion",
    "PlaceState",
    "ProposedChange",
    "ReaderPage",
    "Reflection",
    "SecondReadModel",
    "StepPage",
    "StudiedPart",
    "language_field",
    "step_types",
    "words_in",
]
