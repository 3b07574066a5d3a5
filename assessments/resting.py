"""How many papers asked for a competency that somebody would change, in a sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import PaperItem
from courses.models import Competency, SecondReadModel

COUNTED_TO = 10_000
"""Beyond so many items nobody needs the number, and counting would take long."""


def papers_that_rest(subject: SecondReadModel) -> list[str]:
    """The items of papers whose question names the competency now. One query."""
    if not isinstance(subject, Competency):
        return []
    items = PaperItem.objects.filter(question__competencies=subject).order_by()
    count = items[: COUNTED_TO + 1].count()
    if count > COUNTED_TO:
        return [
            _(
                "More than %(count)s questions that learners were asked are about it. Their papers "
                "stay as they were given."
            )
            % {"count": COUNTED_TO}
        ]
    words = ngettext(
        "%(count)s question that a learner was asked is about it. The paper stays as it was given.",
        "%(count)s questions that learners were asked are about it. Their papers stay as they "
        "were given.",
        count,
    )
    return [words % {"count": count}]
