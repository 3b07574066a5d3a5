"""A situational judgement question as a paper holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import ClassVar, Self

from assessments.items import (
    NOTHING,
    WHOLE,
    Choice,
    Item,
    Part,
    Response,
    deal_choices,
    draw_id,
    last_value,
)

BEST, BEST_AND_WORST, RATE = "best", "best_and_worst", "rate"
WORST = "worst"
RATINGS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Reply(Choice):
    """Something to say or do: how the person takes it, and how well it serves by the panel's
    mean, from 1 to 5."""

    panel: Decimal
    reaction: str
    feedback: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        return ("text", "reaction", "feedback")


@dataclass(frozen=True)
class ReplyPart(Part):
    """A reply, with what the panel says of it: best, worst or neither; and its mean."""

    role: str = ""


@dataclass(frozen=True, kw_only=True)
class SituationalJudgementItem(Item):
    """A situation and replies to judge.

    The response is {"best": reply id, "worst": reply id} or, where each is rated, {reply id:
    rating}. The fraction is 1 less the distance from the panel's judgement, over the longest
    distance there is. A part left open is as far away as can be.
    """

    kind: ClassVar[str] = "situational_judgement"
    choices: ClassVar[dict[str, type[Choice]]] = {"replies": Reply}
    style: ClassVar[bool] = True

    replies: list[Reply]
    judge: str = BEST

    def read(self, form: Mapping[str, list[str]]) -> Response:
        ids = [reply.id for reply in self.replies]
        names, values = (ids, [str(r) for r in RATINGS]) if self.is_rated else (self.roles, ids)
        response: dict[str, str | int] = {}
        for name in names:
            given = last_value(form, f"{self.field_name}-{name}")
            if given in values:
                response[name] = int(given) if self.is_rated else given
        if len(response) == 2 and response.get(BEST) == response.get(WORST):
            del response[WORST]  # no reply is both
        return response or None

    def is_complete(self, response: Response) -> bool:
        parts = self.replies if self.is_rated else self.roles
        return response is not None and len(response) == len(parts)

    def fraction(self, response: Response) -> Decimal:
        if self.is_rated:
            far = [
                (self._rating_distance(r, response.get(r.id)), farthest(r)) for r in self.replies
            ]
        else:
            far = [
                (self._role_distance(role, response.get(role)), self.span) for role in self.roles
            ]
        longest = sum((most for _, most in far), NOTHING)
        if not longest:
            return NOTHING
        return WHOLE - sum((distance for distance, _ in far), NOTHING) / longest

    def parts(self, response: Response) -> list[Part]:
        return [self._part(reply, response or {}) for reply in self.replies]

    def right_response(self) -> Response:
        if self.is_rated:
            return {reply.id: nearest_ratings(reply)[0] for reply in self.replies}
        return {role: self._chosen_by_panel(role)[0].id for role in self.roles}

    def deal(self, random: Random) -> Self:
        return replace(self, id=draw_id(random), replies=deal_choices(self.replies, random))

    # Its own -------------------------------------------------------------------------

    @property
    def is_rated(self) -> bool:
        return self.judge == RATE

    @property
    def roles(self) -> list[str]:
        """What is asked for where replies are chosen: the best, and perhaps the worst."""
        return [BEST, WORST] if self.judge == BEST_AND_WORST else [BEST]

    @property
    def span(self) -> Decimal:
        """How far the panel's best reply is from its worst."""
        means = [reply.panel for reply in self.replies]
        return max(means, default=NOTHING) - min(means, default=NOTHING)

    def _chosen_by_panel(self, role: str) -> list[Reply]:
        extreme: Callable[..., Decimal] = max if role == BEST else min
        mean = extreme(reply.panel for reply in self.replies)
        return [reply for reply in self.replies if reply.panel == mean]

    def _role_distance(self, role: str, reply_id: str | None) -> Decimal:
        reply = next((reply for reply in self.replies if reply.id == reply_id), None)
        return abs(self._chosen_by_panel(role)[0].panel - reply.panel) if reply else self.span

    def _rating_distance(self, reply: Reply, rating: int | None) -> Decimal:
        return farthest(reply) if rating is None else distance(reply, rating)

    def _part(self, reply: Reply, response: Mapping[str, str | int]) -> ReplyPart:
        role = next((role for role in self.roles if reply in self._chosen_by_panel(role)), "")
        if self.is_rated:
            rating = response.get(reply.id)
            nearest = nearest_ratings(reply)
            return ReplyPart(reply, rating, rating in nearest, str(nearest[0]), "")
        given = [name for name in self.roles if response.get(name) == reply.id]
        return ReplyPart(reply, given, role in given, role, role)


def nearest_ratings(reply: Reply) -> list[int]:
    """The ratings that are nearest to the panel's mean: one, or two that are as near."""
    off = {rating: abs(rating - reply.panel) for rating in RATINGS}
    return [rating for rating in RATINGS if off[rating] == min(off.values())]


def distance(reply: Reply, rating: int) -> Decimal:
    """How much further from the panel's mean a rating is than the nearest that can be given."""
    return abs(rating - reply.panel) - abs(nearest_ratings(reply)[0] - reply.panel)


def farthest(reply: Reply) -> Decimal:
    return max(distance(reply, rating) for rating in RATINGS)
