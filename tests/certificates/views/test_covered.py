"""What a course covers, on the check page: what is assessed, and what it is called elsewhere."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.utils import translation

from certificates.covered import group_covered
from certificates.studied import names_beside
from certificates.views.verify import _covered_context
from courses.models import Competency, CompetencyGroup, CompetencyGroupName, CompetencyWords
from courses.models.second_read import without_second_reader
from tests.certificates.views.verify_page import page, words_of

EXPLAINED = "means that this person answered a question on it rightly"

pytestmark = pytest.mark.usefixtures("ten_days_on")


def frozen(credential, *, assessed):
    row = {"code": "P1", "name": "Explain peer support", "group": "Peer role"}
    type(credential).objects.filter(pk=credential.pk).update(
        competencies=[{**row, "assessed": assessed}], language="en"
    )
    cache.clear()
    return credential


@pytest.fixture
def in_spanish(db):
    """The competency, with its words in Spanish."""
    with without_second_reader():
        group = CompetencyGroup.objects.create(name="Peer role")
        CompetencyGroupName.objects.create(group=group, language="es", name="El papel")
        competency = Competency.objects.create(
            code="P1", name="Explain peer support", description="Says it.", group=group
        )
        CompetencyWords.objects.create(
            competency=competency, language="es", name="Explicar el apoyo", description="Lo dice."
        )


def test_assessed_is_explained_where_something_is(client, credential):
    assert EXPLAINED in words_of(page(client, frozen(credential, assessed=True)))


def test_assessed_is_not_explained_where_nothing_is(client, credential):
    words = words_of(page(client, frozen(credential, assessed=False)))
    assert "Explain peer support" in words
    assert EXPLAINED not in words
    assert "assessed" not in words.lower()


def test_a_spanish_reader_sees_the_spanish_beside_what_is_printed(client, credential, in_spanish):
    client.cookies["django_language"] = "es"
    response = page(client, frozen(credential, assessed=True))
    words = words_of(response)
    assert "Explain peer support (Explicar el apoyo)" in words
    assert "Peer role (El papel)" in words
    assert '<span lang="en">Explain peer support</span>' in response.content.decode()


def test_an_english_reader_sees_what_is_printed_alone(client, credential, in_spanish):
    words = words_of(page(client, frozen(credential, assessed=True)))
    assert "Explain peer support" in words
    assert "Explicar" not in words


def test_what_has_no_other_name_stands_alone(in_spanish):
    names = names_beside(["Explain peer support", "Another thing"], printed_in="en", language="es")
    assert names == {"Explain peer support": "Explicar el apoyo"}
    assert names_beside(["Explain peer support"], printed_in="en", language="en") == {}


def test_a_spanish_certificate_is_read_in_english_in_the_same_way(in_spanish):
    rows = [{"code": "P1", "name": "Explicar el apoyo", "group": "El papel", "assessed": True}]
    with translation.override("en"):
        (group,) = _covered_context(group_covered(rows), "es")["covered"]
    assert (group["name"], group["beside"], group["assessed"]) == ("El papel", "Peer role", 1)
    (competency,) = group["competencies"]
    assert competency["beside"] == "Explain peer support"
    assert competency["is_assessed"]
