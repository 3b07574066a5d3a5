"""Whoever writes the words of an award sees the certificate before anybody has one."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from certificates.admin import samples
from certificates.designs import DESIGNS
from certificates.exceptions import RenderingFailed
from certificates.hours import Hours
from certificates.models import Award, AwardWords, Credential
from certificates.numbers import Mistyped, parse_code
from certificates.samples import CODE, NAMES, SampleName, sample_of
from courses.models import CompetencyGroup
from courses.models.second_read import without_second_reader
from tests import make
from tests.certificates.rendering import words_of
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def award():
    make.home()
    award = make.award(valid_months=24)
    AwardWords.objects.create(
        award=award,
        language="es",
        name="Fundamentos",
        description="ha completado el curso.",
        limits="No es una licencia.",
    )
    return award


@pytest.fixture
def registrar(client):
    client.force_login(make.registrar())
    return client


def look(client, award, **chosen):
    return client.get(reverse("awards:sample", args=[award.pk]), chosen)


def as_text(response):
    assert response["Content-Type"] == "application/pdf", response.content.decode()[:2000]
    return " ".join(words_of(response.content).split())


# The sample itself -------------------------------------------------------------------------------


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("name", SampleName)
def test_every_design_shows_every_name(registrar, award, design, name):
    words = as_text(look(registrar, award, design=design, name=name))
    assert award.name in words
    if name != SampleName.ARABIC:  # which a PDF gives back in the order of its shapes
        assert "".join(NAMES[name].split())[-10:] in "".join(words.split())


def test_without_a_choice_it_is_the_award_as_it_is(registrar, award):
    words = as_text(look(registrar, award))
    assert "Ada Okafor" in words
    assert award.description in words


def test_it_says_that_it_is_a_sample_in_the_language_it_is_printed_in(registrar, award):
    assert "A sample, and no certificate." in as_text(look(registrar, award))
    spanish = as_text(look(registrar, award, language="es"))
    assert "Fundamentos" in spanish
    assert "A sample" not in spanish


def test_its_number_can_never_be_one_of_ours(award):
    with pytest.raises(Mistyped):
        parse_code(f"PSW{CODE}")


def test_nothing_is_stored(registrar, award):
    as_text(look(registrar, award))
    assert not Credential.objects.exists()


def test_it_covers_what_the_course_of_the_award_covers():
    course = make.course()
    lesson = make.lesson(make.module(course))
    with without_second_reader():
        group = CompetencyGroup.objects.create(name="Listening", place=1)
    lesson.competencies.add(make.competency("LI1", name="Be present", group=group))
    lesson.save()
    make.edition(course)
    award = make.award(hours_course=course)
    sample = sample_of(award, design="classic", language="en", name=SampleName.USUAL, at=NOON)
    assert sample.minutes > 0
    assert [row["name"] for row in sample.competencies] == ["Be present"]
    assert not sample.competencies[0]["assessed"], "nobody's papers are behind it"


def test_an_award_without_a_course_covers_nothing(award):
    sample = sample_of(award, design="classic", language="en", name=SampleName.USUAL, at=NOON)
    assert (sample.minutes, sample.competencies) == (0, [])


# Where it is found, and who may ------------------------------------------------------------------


def test_the_page_of_an_award_leads_to_each(registrar, award):
    page = registrar.get(reverse("awards:edit", args=[award.pk])).content.decode()
    links = re.findall(r'href="([^"]+/sample/\?[^"]+)"', page)
    assert len(links) == len(DESIGNS) * 2 * len(SampleName)
    assert as_text(registrar.get(links[0].replace("&amp;", "&")))


def test_a_new_award_has_none_yet(registrar):
    page = registrar.get(reverse("awards:add")).content.decode()
    assert "/sample/" not in page


def test_whoever_does_not_manage_awards_is_refused(client, award):
    client.force_login(make.user())
    assert look(client, award).status_code in {302, 403}
    client.force_login(make.trainer_of())
    assert look(client, award).status_code in {302, 403}


# What cannot be made -----------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", [{"design": "gold"}, {"language": "xx"}, {"name": "mine"}])
def test_a_sample_that_there_is_not_is_refused_with_those_that_there_are(registrar, award, chosen):
    response = look(registrar, award, **chosen)
    assert response.status_code == 422
    assert "Please choose one of these." in response.content.decode()
    assert "/sample/?design=diploma&amp;" in response.content.decode()


def test_words_that_do_not_fit_are_named_before_anybody_earns_it(registrar, award):
    Award.objects.update(description="has completed every part of it. " * 200)
    response = look(registrar, award)
    assert response.status_code == 422
    assert "one page" in response.content.decode()


def test_a_renderer_that_takes_too_long_is_said(registrar, award, monkeypatch):
    def too_long(credential, **options):
        raise RenderingFailed("it took more than 20 seconds")

    monkeypatch.setattr(samples, "render_apart", too_long)
    response = look(registrar, award)
    assert response.status_code == 422
    assert "Making it took too long." in response.content.decode()


@pytest.mark.parametrize("design", DESIGNS)
def test_its_hours_are_called_what_those_of_a_certificate_of_today_are(design):
    award = make.award(hours_course=make.full_course())
    sample = sample_of(award, design=design, language="en", name=SampleName.USUAL, at=NOON)
    hours = Hours.frozen(sample.minutes, sample.study, sample.hours_attested_by)
    assert hours.label == "Self-paced study, time estimated by the issuer"
