"""Proof: what is asked, the quizzes that ask it, and what learners gave and earned."""

from assessments.models.attempts import Attempt, Mark, PaperItem, ResponseStep, Result
from assessments.models.bank import Question, QuestionTag, TaggedQuestion
from assessments.models.kinds import QUESTION_KINDS
from assessments.models.pages import QuizMinutes, QuizPage
from assessments.models.quizzes import Draw, Quiz

__all__ = [
    "QUESTION_KINDS",
    "Attempt",
    "Draw",
    "Mark",
    "PaperItem",
    "Question",
    "QuestionTag",
    "Quiz",
    "QuizMinutes",
    "QuizPage",
    "ResponseStep",
    "Result",
    "TaggedQuestion",
]
