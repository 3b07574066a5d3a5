"""Someone who misses nothing but red lines on the quiz of Boundaries, made in the site's own process."""

from tests.site.clients import SIGN_IN

NEARLY_THERE = (
    SIGN_IN
    + """
from django.utils import timezone
from assessments.attempting import save_responses, start_attempt, submit_attempt
from assessments.models import QuizPage
from courses.enrolling import enrol
from courses.models import CoursePage
from courses.outlines import outline_of
from lms.shipped.demonstration import take
from lms.shipped.pieces import key_of

at = timezone.now()
email, missing = arguments
person, _ = User.objects.get_or_create(email=email, defaults={"full_name": "Ada Okafor"})
course = CoursePage.objects.get(translation_key=key_of("course"), locale__language_code="en")
enrolment = enrol(person, course, at=at)
for step in outline_of(course).steps:
    if step.key == key_of("quiz:FPS-4"):
        break
    take(enrolment, step.kind.name, step.page_id, at=at)
page = QuizPage.objects.get(translation_key=key_of("quiz:FPS-4"), locale__language_code="en")
attempt = start_attempt(enrolment, page, at=at)
responses = {item.id: item.right_response() for item in attempt.paper.items}
for item in [item for item in attempt.paper.items if item.red_line][:missing]:
    responses[item.id] = next(o.id for o in item.options if o.fraction < 1)
save_responses(attempt, responses, base=0, at=at)
submit_attempt(attempt, base=1, at=at)
answer = {"session": session_of(email), "attempt": attempt.pk, "quiz": page.url}
"""
)
