"""What the roles may do with courses. Pages are granted for the whole site: see lms."""

from courses.models.questions import KINDS
from people.roles import ASSESSORS, LEAD_TRAINERS, TRAINERS, Mappings, codenames

WRITE_COURSES = codenames(["competency", "hourscheme"], "add", "change", "view")
COURSES: Mappings = {TRAINERS: WRITE_COURSES, LEAD_TRAINERS: WRITE_COURSES}

# These move to assessments/permissions.py with the models that they name.
QUESTION_MODELS = ["question", *(str(kind._meta.model_name) for kind in KINDS)]
WRITE_ASSESSMENTS = codenames([*QUESTION_MODELS, "quiz", "draw"], "add", "change", "view")
ASSESSMENTS: Mappings = {
    TRAINERS: WRITE_ASSESSMENTS,
    LEAD_TRAINERS: [*WRITE_ASSESSMENTS, *codenames(QUESTION_MODELS, "publish")],
    ASSESSORS: codenames(QUESTION_MODELS, "view"),
}

PERMISSIONS: Mappings = {
    role: [*COURSES.get(role, []), *ASSESSMENTS.get(role, [])] for role in {*COURSES, *ASSESSMENTS}
}
