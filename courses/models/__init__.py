"""Teaching: what is taught, who takes part, and what they finished."""

from courses.models.competencies import (
    Competency,
    CompetencyMapping,
    DomainMinutes,
    HourDomain,
    HourScheme,
)
from courses.models.editions import Edition
from courses.models.enrolments import Completion, Enrolment, Opening, Reflection
from courses.models.pages import CourseIndexPage, CoursePage, LessonMinutes, LessonPage, ModulePage
from courses.models.steps import ReaderPage, StepPage, step_types
from courses.models.studying import DoneExercise, StudiedPart

__all__ = [
    "Competency",
    "CompetencyMapping",
    "Completion",
    "CourseIndexPage",
    "CoursePage",
    "DomainMinutes",
    "DoneExercise",
    "Edition",
    "Enrolment",
    "HourDomain",
    "HourScheme",
    "LessonMinutes",
    "LessonPage",
    "ModulePage",
    "Opening",
    "ReaderPage",
    "Reflection",
    "StepPage",
    "StudiedPart",
    "step_types",
]
