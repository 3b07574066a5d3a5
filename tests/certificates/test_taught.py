"""The hours and competencies that an award says were taught."""

import pytest
from certificates.taught import taught_for

from assessments.models import QuizMinutes
from courses.models import HourDomain, HourScheme, LessonMinutes
from tests import make

pytestmark = pytest.mark.django_db


def test_hours_are_shared_out_by_the_domains_of_the_award_as_published():
    course = make.full_course(modules=1, lessons=2)
    module = course.get_children().get().specific
    first, second = (
        page.specific for page in module.get_children().type(type(make.lesson(module)))[:2]
    )
    scheme = HourScheme.objects.create(name="Board")
    other = HourScheme.objects.create(name="Elsewhere")
    ethics, advocacy, unused = (
        HourDomain.objects.create(scheme=scheme, name=name, sort_order=n)
        for n, name in enumerate(("Ethics", "Advocacy", "Unused"))
    )
    foreign = HourDomain.objects.create(scheme=other, name="Ethics")
    quiz_page = make.quiz_page(module)
    draft = make.lesson(module, live=False)
    LessonMinutes.objects.create(lesson=first, domain=ethics, minutes=30)
    LessonMinutes.objects.create(lesson=second, domain=advocacy, minutes=20)
    LessonMinutes.objects.create(lesson=second, domain=foreign, minutes=500)
    LessonMinutes.objects.create(lesson=draft, domain=ethics, minutes=900)
    QuizMinutes.objects.create(quiz_page=quiz_page, domain=ethics, minutes=15)
    first.competencies.add(make.competency("LI2"), make.competency("LI1"))
    first.save()
    second.competencies.add(first.competencies.first())
    second.save()

    taught = taught_for(make.award(hours_course=course, hour_scheme=scheme))
    assert taught.minutes_by_domain == [
        {"domain": "Ethics", "minutes": 45},
        {"domain": "Advocacy", "minutes": 20},
    ]
    assert taught.minutes == 65
    assert [competency["code"] for competency in taught.competencies] == ["LI1", "LI2"]
    assert unused.name not in str(taught)


def test_without_a_scheme_the_hours_are_those_of_the_course():
    course = make.full_course(modules=1, lessons=2, quizzes=False)
    taught = taught_for(make.award(hours_course=course))
    assert (taught.minutes, taught.minutes_by_domain) == (60, [])
