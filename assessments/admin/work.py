"""What of assessment waits for somebody, at the front of the staff pages."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import ngettext

from assessments.access import attempts_seen_by, may_see_attempts
from assessments.editing import fillings_of
from assessments.models import Question, Quiz
from assessments.waiting import asking_for_a_talk, nearly_there
from courses.admin.work import WorkItem
from people.models import User


def assessment_work(user: User) -> list[WorkItem]:
    """Learners who need a talk; questions to read and publish; quizzes that cannot be begun."""
    return [*_learners(user), *_questions(user), *_quizzes(user)]


def _learners(user: User) -> list[WorkItem]:
    if not may_see_attempts(user):
        return []
    seen = attempts_seen_by(user)
    talks, nearly = asking_for_a_talk(seen).count(), nearly_there(seen).count()
    tries = reverse("attempts:index")
    return [
        WorkItem(
            talks,
            ngettext(
                "%(count)s learner asked for a talk",
                "%(count)s learners asked for a talk",
                talks,
            )
            % {"count": talks},
            f"{tries}?outcome=talk",
            is_urgent=True,
        ),
        WorkItem(
            nearly,
            ngettext(
                "%(count)s try is nearly there and waits for a red line. A talk can help",
                "%(count)s tries are nearly there and wait for a red line. A talk can help",
                nearly,
            )
            % {"count": nearly},
            f"{tries}?outcome=waiting",
        ),
    ]


def _questions(user: User) -> list[WorkItem]:
    """What went back to its writer is not counted: it waits for them."""
    if not user.has_perm("assessments.publish_question"):
        return []
    questions = Question.objects.non_polymorphic().not_sent_back()
    drafts = questions.filter(live=False).count()
    changed = questions.filter(live=True, has_unpublished_changes=True).count()
    bank = reverse("questions:index")
    return [
        WorkItem(
            drafts,
            ngettext(
                "%(count)s question is a draft, and is asked once you publish it",
                "%(count)s questions are drafts, and are asked once you publish them",
                drafts,
            )
            % {"count": drafts},
            f"{bank}?status=draft",
        ),
        WorkItem(
            changed,
            ngettext(
                "%(count)s question has changes that wait to be read and published",
                "%(count)s questions have changes that wait to be read and published",
                changed,
            )
            % {"count": changed},
            f"{bank}?status=changed",
        ),
    ]


def _quizzes(user: User) -> list[WorkItem]:
    """The quizzes on published pages that the bank cannot fill."""
    if not user.has_perm("assessments.change_quiz"):
        return []
    shown = list(Quiz.objects.filter(pages__live=True).distinct())
    count = sum(bool(filling.shortfalls) for filling in fillings_of(shown).values())
    return [
        WorkItem(
            count,
            ngettext(
                "%(count)s quiz cannot be begun: the bank cannot fill it",
                "%(count)s quizzes cannot be begun: the bank cannot fill them",
                count,
            )
            % {"count": count},
            reverse(Quiz.snippet_viewset.get_url_name("list")),
            is_urgent=True,
        )
    ]
