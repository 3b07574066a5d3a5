"""Proof: what is asked, the quizzes that ask it, and what learners gave and earned."""

from assessments.bank import Question, QuestionTag, TaggedQuestion
from assessments.models.attempts import Attempt, Mark, PaperItem, ResponseStep, Result
from assessments.models.exceptions import EnrolmentException, QuizException
from assessments.models.kinds import QUESTION_KINDS
from assessments.models.pages import QuizPage
from assessments.models.quizzes import Draw, Quiz
from assessments.models.red_lines import RedLineRecord
from assessments.models.remarking import (
    CorrectedItem,
    RemarkedAttempt,
    Remarking,
    RemarkNotice,
)
from assessments.models.talks import TalkAnswer
from assessments.models.words import QuestionWords, QuizWords

__all__ = [
    "QUESTION_KINDS",
    "Attempt",
    "CorrectedItem",
    "Draw",
    "EnrolmentException",
    "Mark",
    "PaperItem",
    "Question",
    "QuestionTag",
    "QuestionWords",
    "Quiz",
    "QuizException",
    "QuizPage",
    "QuizWords",
    "RedLineRecord",
    "RemarkNotice",
    "RemarkedAttempt",
    "Remarking",
    "ResponseStep",
    "Result",
    "TaggedQuestion",
    "TalkAnswer",
]
