"""What the roles may do with the bank, the quizzes and how learners did.

Whoever reads tries reads those of the learners whom they see: see courses.permissions.
"""

from assessments.models import QUESTION_KINDS
from people.roles import ASSESSORS, LEAD_TRAINERS, REGISTRARS, TRAINERS, Mappings, codenames

QUESTIONS = ["question", *(str(kind._meta.model_name) for kind in QUESTION_KINDS)]
# What is about single learners: how they did, and what they are given beyond the rules.
SINGLE_LEARNERS = ["redlinerecord", "quizexception", "enrolmentexception"]
WRITE = codenames([*QUESTIONS, "quiz", "draw"], "add", "change", "view")

PERMISSIONS: Mappings = {
    TRAINERS: [*WRITE, "view_attempt"],
    LEAD_TRAINERS: [
        *WRITE,
        *codenames(QUESTIONS, "publish"),
        "view_attempt",
        *codenames(SINGLE_LEARNERS, "add", "view"),
        *codenames(["remarking"], "add", "view"),
    ],
    ASSESSORS: codenames(QUESTIONS, "view"),
    # An award rests on results, and whoever stands behind it reads them.
    REGISTRARS: ["view_attempt"],
}
