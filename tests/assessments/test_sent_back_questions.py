"""Which questions were read and went back to their writer, told alike on both databases."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from wagtail.models import Workflow, WorkflowContentType

from assessments.models import Question
from tests import make

pytestmark = pytest.mark.django_db


def test_a_question_that_went_back_is_told_from_one_that_waits_and_one_that_was_never_sent():
    person = make.user(is_superuser=True)
    back, waits, never = (make.true_false() for _ in range(3))
    workflow = Workflow.objects.get()
    WorkflowContentType.objects.get_or_create(
        content_type=ContentType.objects.get_for_model(back), defaults={"workflow": workflow}
    )
    for question in (back, waits):
        question.save_revision(user=person)
        workflow.start(question, person)
    task_state = back.current_workflow_state.current_task_state.specific
    task_state.task.specific.on_action(task_state, person, "reject", comment="A word.")
    questions = Question.objects.non_polymorphic()
    assert [one.pk for one in questions.sent_back()] == [back.pk]
    assert {one.pk for one in questions.not_sent_back()} == {waits.pk, never.pk}
    marked = questions.marking_sent_back().values_list("pk", "is_sent_back")
    assert dict(marked) == {back.pk: True, waits.pk: False, never.pk: False}
