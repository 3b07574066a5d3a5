"""Teaching and proof: what is taught, who takes part, and what they showed."""

from courses.models.attempts import Attempt, Mark, Response, Result
from courses.models.competencies import Competency, CompetencyMapping, HourDomain, HourScheme
from courses.models.editions import Edition
from courses.models.enrolments import Completion, Enrolment, Opening, Reflection
from courses.models.pages import (
    CourseIndexPage,
    CoursePage,
    LessonMinutes,
    LessonPage,
    ModulePage,
    QuizMinutes,
    QuizPage,
)
from courses.models.questions import (
    Matching,
    MultipleResponse,
    Ordering,
    Question,
    SingleChoice,
    TrueFalse,
)
from courses.models.quizzes import Draw, Quiz

__all__ = [
    "Attempt",
    "Competency",
    "CompetencyMapping",
    "Completion",
    "CourseIndexPage",
    "CoursePage",
    "Draw",
    "Edition",
    "Enrolment",
    "HourDomain",
    "HourScheme",
    "LessonMinutes",
    "LessonPage",
    "Mark",
    "Matching",
    "ModulePage",
    "MultipleResponse",
    "Opening",
    "Ordering",
    "Question",
    "Quiz",
    "QuizMinutes",
    "QuizPage",
    "Reflection",
    "Response",
    "Result",
    "SingleChoice",
    "TrueFalse",
]
