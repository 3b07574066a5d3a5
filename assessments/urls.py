"""Sitting a quiz. A quiz page is Wagtail's, so it may move and these stay."""

from django.urls import path

from assessments.views import attempts, red_lines, results, talks

app_name = "assessments"

urlpatterns = [
    path("quizzes/start/<uuid:page_key>/", attempts.start, name="start_attempt"),
    path("quizzes/<uuid:attempt_id>/", attempts.attempt, name="attempt"),
    path("quizzes/<uuid:attempt_id>/save/", attempts.save, name="save_attempt"),
    path("quizzes/<uuid:attempt_id>/finish/", attempts.finish, name="finish"),
    path("quizzes/<uuid:attempt_id>/submit/", attempts.submit, name="submit"),
    path("quizzes/<uuid:attempt_id>/again/", red_lines.answer_again, name="answer_again"),
    path("quizzes/<uuid:attempt_id>/talk/", talks.answer, name="answer_talk"),
    path("quizzes/<uuid:attempt_id>/result/", results.result, name="result"),
]
