"""Teaching: what is taught, who takes part, and what they finished."""

from courses.models.competencies import (
    Competency,
    CompetencyMapping,
    DomainMinutes,
    HourDomain,
    HourScheme,
)
from courses.models.editions import Edition
from courses.models.enrolments import Completion, Enrolment, Opening, PlaceState, Reflection
from courses.models.pages import (
    CourseIndexPage,
    CoursePage,
    CourseTrainer,
    LessonMinutes,
    LessonPage,
    ModulePage,
)
from courses.models.steps import ReaderPage, StepPage, step_types

__all__ = [
    "Competency",
    "CompetencyMapping",
    "Completion",
    "CourseIndexPage",
    "CoursePage",
    "CourseTrainer",
    "DomainMinutes",
    "Edition",
    "Enrolment",
    "HourDomain",
    "HourScheme",
    "LessonMinutes",
    "LessonPage",
    "ModulePage",
    "Opening",
    "PlaceState",
    "ReaderPage",
    "Reflection",
    "StepPage",
    "step_types",
]
