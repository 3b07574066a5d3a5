"""What a page of a course may say of the certificate at its end, which courses knows nothing of."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from certificates.requirements.base import Way
from courses.editions import edition_for
from courses.models import Enrolment
from courses.progress import Progress
from lms.earning import AwardLine, awards_ahead, held_by

register = template.Library()


@register.filter
def next_way(award: AwardLine, progress: Progress | None) -> Way | None:
    """Where somebody who is so far may go on with what an award asks; None where that is unknown."""
    return award.next_way(progress) if progress else None


@register.inclusion_tag("components/at_the_end.html", takes_context=True)
def at_the_end(context: Context, enrolment: Enrolment) -> dict[str, Any]:
    """After the last step: the certificate that was earned, or what it still asks for."""
    request = context["request"]
    held = held_by(request.user)
    ahead = awards_ahead(
        request.user,
        {enrolment.course_id: enrolment.course_key},
        edition_for(request),
        but_for={credential.award_id for credential in held},
    )
    awards = ahead[enrolment.course_id]
    if progress := context.get("progress"):
        awards = [award.as_open_in(progress.outline) for award in awards]
    return {"awards": awards, "held": held}
