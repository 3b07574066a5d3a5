"""A question that is asked on every page is answered as its queryset would answer it."""

from datetime import datetime
from uuid import UUID

import pytest
from django.db.models import F, QuerySet
from django.db.models.functions import Lower

from assessments.models import Attempt
from courses.models import Completion, Enrolment
from people.models import User
from people.prepared import NotPrepared, prepared
from tests import make

pytestmark = pytest.mark.django_db


@prepared
def places_of(learner: int, since: datetime) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(learner=learner, enrolled_at__gte=since).order_by("enrolled_at")


@prepared
def people_called(name: str) -> QuerySet[User]:
    return User.objects.filter(full_name=name)


@prepared
def quizzes_on(enrolment: UUID) -> QuerySet[Attempt, tuple[int, str]]:
    return Attempt.objects.filter(enrolment=enrolment).values_list("number", "quiz__title")


def test_rows_come_as_objects_of_their_model_with_every_column(django_assert_num_queries):
    place = make.enrolment()
    make.enrolment()
    for _ in range(2):
        [found] = places_of(place.learner_id, place.enrolled_at)
        asked = Enrolment.objects.get(pk=place.pk)
        assert found == asked
        assert {f.attname: getattr(found, f.attname) for f in Enrolment._meta.fields} == {
            f.attname: getattr(asked, f.attname) for f in Enrolment._meta.fields
        }
    with django_assert_num_queries(1):
        places_of(place.learner_id, place.enrolled_at)


def test_each_call_asks_with_its_own_values():
    one, other = make.user(full_name="Ada"), make.user(full_name="Bee")
    assert people_called("Ada") == [one]
    assert people_called("Bee") == [other]
    assert people_called("' OR 1=1 --") == []
    assert people_called.first("Nobody") is None


def test_an_object_that_was_read_can_be_saved():
    person = make.user(full_name="Ada")
    [found] = people_called("Ada")
    found.full_name = "Ada Lovelace"
    found.save()
    person.refresh_from_db()
    assert person.full_name == "Ada Lovelace"


def test_values_may_come_from_related_tables():
    attempt = make.attempt()
    assert [tuple(row) for row in quizzes_on(attempt.enrolment_id)] == [(1, attempt.quiz.title)]


def test_a_constant_of_the_queryset_is_no_argument():
    @prepared
    def done(enrolment: UUID) -> QuerySet[Completion]:
        return Completion.objects.filter(enrolment=enrolment, enrolment__withdrawn_at=None)

    place = make.enrolment()
    assert done(place.pk) == []


def test_what_cannot_be_asked_in_this_way_is_refused_the_first_time():
    @prepared
    def with_relations(pk: UUID) -> QuerySet[Enrolment]:
        return Enrolment.objects.filter(pk=pk).select_related("learner")

    @prepared
    def annotated(pk: int) -> QuerySet[User]:
        return User.objects.filter(pk=pk).annotate(lower=Lower(F("email")))

    @prepared
    def forgets_one(pk: int, name: str) -> QuerySet[User]:
        return User.objects.filter(pk=pk)

    for wrong, arguments in [
        (with_relations, (make.enrolment().pk,)),
        (annotated, (1,)),
        (forgets_one, (1, "x")),
    ]:
        with pytest.raises(NotPrepared):
            wrong(*arguments)


def test_as_many_arguments_are_given_as_are_asked_for():
    with pytest.raises((TypeError, ValueError)):
        people_called()
    with pytest.raises((TypeError, ValueError)):
        people_called("a", "b")
