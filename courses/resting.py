"""What rests on a competency or its group, in sentences, for whoever reads a change of one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Competency, CompetencyGroup, CourseEdition, SecondReadModel


def editions_naming(subject: SecondReadModel) -> list[CourseEdition]:
    """The editions in force that name a competency, or a group of them. One query."""
    key = {Competency: "code", CompetencyGroup: "group"}.get(type(subject))
    if key is None:
        return []
    name = subject.code if isinstance(subject, Competency) else str(subject)
    editions = CourseEdition.objects.in_force()
    return [
        edition
        for edition in editions.select_related("course")
        if any(row[key] == name for row in edition.competencies)
    ]


def what_teaching_rests(subject: SecondReadModel) -> list[str]:
    """The lessons, questions and others that name it, and the editions that say so."""
    if not isinstance(subject, Competency | CompetencyGroup):
        return []
    editions = editions_naming(subject)
    sentences = _uses(subject) if isinstance(subject, Competency) else [_members(subject)]
    if not editions:
        return [*sentences, _("No edition in force names it.")]
    named = ngettext(
        "%(count)s edition in force names it: %(names)s. It stays as it was declared; the next "
        "that is declared has the change.",
        "%(count)s editions in force name it: %(names)s. They stay as they were declared; the "
        "next that are declared have the change.",
        len(editions),
    )
    names = ", ".join(
        f"{edition.course.title if edition.course else edition.course_key} ({edition.number})"
        for edition in editions
    )
    return [*sentences, named % {"count": len(editions), "names": names}]


def _uses(competency: Competency) -> list[str]:
    sentences = []
    for relation in competency.uses():
        count = getattr(competency, str(relation.get_accessor_name())).count()
        meta: Any = relation.related_model._meta
        if count:
            sentences.append(
                _("Named by %(count)s × %(what)s.")
                % {
                    "count": count,
                    "what": meta.verbose_name if count == 1 else meta.verbose_name_plural,
                }
            )
    return sentences or [_("No lesson and no question names it.")]


def _members(group: CompetencyGroup) -> str:
    count = group.competencies.count()
    words = ngettext(
        "%(count)s competency stands in this group.",
        "%(count)s competencies stand in this group.",
        count,
    )
    return words % {"count": count}
