"""Reach a strong or okay ending in some conversations. Its evidence says no more than “reached”."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.query import QuerySet
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from wagtail.models import Page

from certificates.requirements.base import Applicant, Evidence, RequirementKind, Way
from certificates.requirements.conversations.fields import ConversationsFields
from courses.editions import cached
from courses.languages import in_language
from people.rows import rows_where
from practice.in_language import Names, names_in
from practice.models import ConversationPage, ConversationSet, ReachedEnding


class ConversationsKind(RequirementKind):
    name = "conversations"
    label = gettext_lazy("Reach an ending in these conversations")
    fields = ConversationsFields
    reads_much = True

    def text(self, requirement: ConversationsFields) -> str:
        conversation_set = _set_of(requirement)
        return ngettext(
            "%(title)s: a strong or okay ending in %(count)s of them",
            "%(title)s: a strong or okay ending in %(count)s of them",
            conversation_set.count,
        ) % {"title": _(conversation_set.title), "count": conversation_set.count}

    def evidence(
        self, applicant: Applicant, requirements: Sequence[ConversationsFields]
    ) -> Mapping[int, Evidence]:
        sets = {row.pk: _set_of(row) for row in requirements}
        ids = frozenset(conversation_set.pk for conversation_set in sets.values())
        key = ("conversations of", get_language() or "", *sorted(ids))
        members = cached(applicant.edition, key, lambda: _members_of(ids, applicant.edition))
        reached = _reached_by(applicant)
        return {
            row.pk: _evidence(
                self.text(row), sets[row.pk], members.get(sets[row.pk].pk, ()), reached
            )
            for row in requirements
        }

    def met_by(
        self, requirement: ConversationsFields, learner: OuterRef
    ) -> QuerySet[ReachedEnding]:
        conversation_set = _set_of(requirement)
        conversations = list(conversation_set.conversations.values_list("pk", flat=True))
        reached = ReachedEnding.objects.filter(
            enrolment__learner=learner, conversation__in=conversations
        )
        # Counted apart: whoever reached too few has no record that meets it.
        counted = (
            ReachedEnding.objects.filter(
                enrolment__learner=OuterRef("enrolment__learner"), conversation__in=conversations
            )
            .order_by()
            .values("enrolment__learner")
            .annotate(different=Count("conversation", distinct=True))
            .values("different")
        )
        different = Subquery(counted, output_field=IntegerField())
        return reached.annotate(different=different).filter(different__gte=conversation_set.count)

    def naming(self, pages: QuerySet[Page]) -> Q:
        return Q(conversations__conversations__pages__in=pages)


KIND = ConversationsKind()


@dataclass(frozen=True)
class Member:
    """A conversation of a set, and where it is played; no way where it stands nowhere."""

    conversation_id: int
    way: Way | None = None


def _set_of(requirement: ConversationsFields) -> ConversationSet:
    """The set that a requirement of this kind always names; a constraint says so."""
    assert requirement.conversations is not None  # noqa: S101
    return requirement.conversations


def _members_of(set_ids: Collection[int], edition: int) -> dict[int, tuple[Member, ...]]:
    """The conversations of some sets, each with the first page it stands on, by set: in the
    reader's language where it is published in it, and in the order of the courses."""
    language = get_language() or ""
    names = names_in(language, edition)
    pages = ConversationPage.objects.live().filter(conversation__sets__in=set_ids)
    whole = pages.select_related("conversation", "locale").order_by("path")
    ways: dict[int, Way] = {}
    light = whole.defer("conversation__moments", "conversation__endings")
    for page in in_language(light, language):
        if page.url:
            name = names.get(page.conversation_id)
            ways.setdefault(page.conversation_id, _way_to(page, page.url, name))
    pairs = ConversationSet.conversations.through.objects.filter(conversationset__in=set_ids)
    rows = pairs.order_by("conversation__code").values_list("conversationset", "conversation")
    places = {pk: place for place, pk in enumerate(ways)}
    members: dict[int, list[Member]] = defaultdict(list)
    for set_id, pk in sorted(rows, key=lambda row: places.get(row[1], len(places))):
        members[set_id].append(Member(pk, ways.get(pk)))
    return {set_id: tuple(each) for set_id, each in members.items()}


def _way_to(page: ConversationPage, url: str, names: Names | None) -> Way:
    return Way(
        key=page.translation_key,
        title=page.title,
        url=url,
        person=(names or page.conversation).cast,
        aim=(names or page.conversation).aim,
        minutes=page.minutes,
        language=page.locale.language_code,
    )


def _reached_by(applicant: Applicant) -> Mapping[int, datetime]:
    """When each conversation was first reached, on any place. One query, or none."""
    if not applicant.enrolment_ids:
        return {}
    first: dict[int, datetime] = {}
    for row in rows_where(ReachedEnding, enrolment=list(applicant.enrolment_ids)):
        earlier = first.get(row.conversation_id, row.reached_at)
        first[row.conversation_id] = min(earlier, row.reached_at)
    return first


def _evidence(
    text: str,
    conversation_set: ConversationSet,
    members: Sequence[Member],
    reached: Mapping[int, datetime],
) -> Evidence:
    moments = sorted(reached[m.conversation_id] for m in members if m.conversation_id in reached)
    is_met = len(moments) >= conversation_set.count
    ways = tuple(
        replace(member.way, is_done=member.conversation_id in reached)
        for member in members
        if member.way is not None
    )
    return Evidence(
        text=text,
        url=next((way.url for way in ways if not way.is_done), None),
        topic=_(conversation_set.title),
        ways=ways,
        met_at=moments[conversation_set.count - 1] if is_met else None,
        how_far=""
        if is_met
        else _("%(reached)s of %(count)s reached")
        % {"reached": len(moments), "count": conversation_set.count},
    )
