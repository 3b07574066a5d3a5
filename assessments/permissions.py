"""What the roles may do with the bank and the quizzes."""

from assessments.models import QUESTION_KINDS
from people.roles import ASSESSORS, LEAD_TRAINERS, TRAINERS, Mappings, codenames

QUESTIONS = ["question", *(str(kind._meta.model_name) for kind in QUESTION_KINDS)]
WRITE = codenames([*QUESTIONS, "quiz", "draw"], "add", "change", "view")

PERMISSIONS: Mappings = {
    TRAINERS: WRITE,
    LEAD_TRAINERS: [
        *WRITE,
        *codenames(QUESTIONS, "publish"),
        *codenames(["attempt"], "view"),
        *codenames(["remarking"], "add", "view"),
    ],
    ASSESSORS: codenames(QUESTIONS, "view"),
}
