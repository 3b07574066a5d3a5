"""What the roles may do with courses, and whose learners they see.

Pages are granted for the whole site: see lms. They say what somebody may write, and every
trainer may write every course; so they cannot say whose learners somebody sees. That is said
on the course itself: a trainer sees the learners of the courses that name them under *Who
teaches it*. See decision 0045 and `courses.access.enrolments_seen_by`.
"""

from people.roles import LEAD_TRAINERS, REGISTRARS, TRAINERS, Mappings, codenames

WRITE = codenames(["competency", "competencygroup"], "add", "change", "view")
WORDS = codenames(["glossaryword"], "add", "change", "view")
# The learners of the courses that one teaches; and of every course.
OWN_LEARNERS = ["view_enrolment"]
EVERY_LEARNER = [*OWN_LEARNERS, "view_every_enrolment"]

PERMISSIONS: Mappings = {
    TRAINERS: [*WRITE, *WORDS, *OWN_LEARNERS],
    LEAD_TRAINERS: [*WRITE, *WORDS, "publish_glossaryword", *EVERY_LEARNER],
    REGISTRARS: EVERY_LEARNER,
}
