"""What a page of a course may say of the certificate at its end, which courses knows nothing of."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from courses.editions import edition_for
from courses.models import Enrolment
from lms.earning import awards_ahead, held_by

register = template.Library()


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
    return {"awards": ahead[enrolment.course_id], "held": held}
