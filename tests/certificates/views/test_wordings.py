"""Whoever signs chooses the words that are true for them, and those are kept."""

from datetime import date
from pathlib import Path

import pytest
import time_machine
import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from certificates import exceptions as cannot
from certificates.models import Attestation, Credential, Wording
from certificates.signing_statements import sign_statement
from tests import make
from tests.certificates.views.verify_page import words_of
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    make.home()
    return make.statement(version="1.1")


@pytest.fixture
def talked(version):
    return make.wording(
        version, label="I talked it over", text="I talked it over with {whom} in {month}."
    )


@pytest.fixture
def alone(version):
    return make.wording(version, label="I thought it through", text="I thought it through.")


@pytest.fixture
def learner(client, version):
    person = make.user(full_name="Ada Okafor")
    client.force_login(person)
    return person


def send(client, version, **form):
    url = reverse("certificates:sign", args=[version.statement.slug])
    sent = {"typed_name": "Ada Okafor", "version": version.pk, **form}
    with time_machine.travel(NOON + DAY, tick=False):
        client.force_login(
            Attestation.learner.field.related_model.objects.get(full_name="Ada Okafor")
        )
        return client.post(url, sent)


class TestOnThePage:
    def test_one_who_talked_says_with_whom_and_when(self, client, learner, version, talked, alone):
        send(client, version, wording=talked.pk, whom="  my   supervisor ", month="2026-10")
        signature = Attestation.objects.get()
        assert signature.words == "I talked it over with my supervisor in October 2026."
        assert (signature.wording, signature.version) == (talked, version)

    def test_one_who_read_alone_says_nothing_more(self, client, learner, version, talked, alone):
        send(client, version, wording=alone.pk, whom="nobody", month="2026-10")
        assert Attestation.objects.get().words == "I thought it through."
        page = client.get(reverse("certificates:sign", args=[version.statement.slug]))
        assert "I thought it through." in words_of(page)

    @pytest.mark.parametrize(
        ("form", "field", "said"),
        [
            ({}, "wording", "Please choose the words that are true for you."),
            ({"wording": "999999"}, "wording", "Select a valid choice"),
            ({"wording": "talked", "month": "2026-10"}, "whom", "Please say with whom, and when."),
            ({"wording": "talked", "whom": "Sam"}, "month", "Please say with whom, and when."),
            ({"wording": "talked", "whom": "Sam", "month": "2030-01"}, "month", "valid choice"),
            ({"wording": "talked", "whom": "x" * 200, "month": "2026-10"}, "whom", "at most"),
        ],
    )
    def test_what_is_missing_is_said_beside_it_and_has_the_focus(
        self, client, learner, version, talked, alone, form, field, said
    ):
        form = {**form, "wording": talked.pk} if form.get("wording") == "talked" else form
        response = send(client, version, **form)
        page = response.content.decode()
        assert response.status_code == 422
        assert said in page
        assert "<title>Error:" in " ".join(page.split())
        control = next(part for part in page.split("<") if f'name="{field}"' in part)
        assert "autofocus" in control
        assert 'value="Ada Okafor"' in page
        assert not Attestation.objects.exists()

    def test_it_works_in_spanish_and_the_words_that_are_kept_are_those_of_the_text(
        self, client, learner, version, talked
    ):
        learner.language = "es"
        learner.save()
        page = client.get(reverse("certificates:sign", args=[version.statement.slug]))
        assert "¿Qué es verdad en tu caso?" in words_of(page)
        send(client, version, wording=talked.pk, whom="mi supervisora", month="2026-10")
        assert Attestation.objects.get().words.endswith("mi supervisora in October 2026.")

    def test_what_was_typed_is_text_wherever_it_is_shown(self, client, learner, version, talked):
        make.award(statement=version)
        send(client, version, wording=talked.pk, whom="<b>{month}</b>", month="2026-10")
        words = Attestation.objects.get().words
        assert words == "I talked it over with <b>{month}</b> in October 2026."
        held = reverse("certificates:held", args=[Credential.objects.get().number])
        for url in (reverse("certificates:sign", args=[version.statement.slug]), held):
            page = client.get(url).content.decode()
            assert "&lt;b&gt;{month}&lt;/b&gt;" in page

    def test_a_text_without_wordings_is_signed_as_it_is(self, client, learner, version):
        url = reverse("certificates:sign", args=[version.statement.slug])
        assert "true for you" not in words_of(client.get(url))
        send(client, version)
        assert Attestation.objects.get().words == ""


class TestTheVerb:
    def sign(self, learner, version, **how):
        return sign_statement(learner, version, typed_name="Ada Okafor", at=NOON, **how)

    def test_where_there_are_wordings_one_is_chosen(self, learner, version, alone):
        with pytest.raises(cannot.WordingNeeded):
            self.sign(learner, version)

    def test_and_it_is_one_of_this_version(self, learner, version, alone):
        other = make.wording(make.statement())
        with pytest.raises(cannot.WordingNeeded):
            self.sign(learner, version, wording=other)

    @pytest.mark.parametrize("how", [{}, {"whom": "Sam"}, {"whom": " ", "month": date(2026, 1, 1)}])
    def test_half_a_detail_is_none(self, learner, version, talked, how):
        with pytest.raises(cannot.DetailNeeded):
            self.sign(learner, version, wording=talked, **how)
        assert not Attestation.objects.exists()

    def test_signing_again_keeps_the_first_words(self, learner, version, talked, alone):
        first = self.sign(learner, version, wording=alone)
        again = self.sign(learner, version, wording=talked, whom="Sam", month=date(2026, 1, 1))
        assert again == first
        assert Attestation.objects.get().words == "I thought it through."


@pytest.mark.parametrize(
    ("text", "is_sound"),
    [
        ("I talked it over with {whom} in {month}.", True),
        ("I thought it through.", True),
        ("With {who}.", False),
        ("With {whom", False),
        ("With {whom.__class__}", False),
    ],
)
def test_only_the_two_places_can_be_left_open(version, text, is_sound):
    wording = Wording(version=version, label="x", text=text)
    if is_sound:
        wording.clean()
    else:
        with pytest.raises(ValidationError):
            wording.clean()


def test_the_shipped_code_may_be_signed_by_who_talked_and_by_who_did_not():
    paths = list(Path(settings.BASE_DIR, "lms").rglob("code_of_ethics.yaml"))
    assert paths
    for path in paths:
        wordings = yaml.safe_load(path.read_text("utf-8"))["wordings"]
        assert [("{whom}" in row["text"], "{month}" in row["text"]) for row in wordings] == [
            (True, True),
            (False, False),
        ]


class TestAllAtOnce:
    """Whatever is to be mended is said in one answer, and not one thing after another."""

    def test_a_wrong_name_is_said_with_the_missing_person_and_month(
        self, client, learner, version, talked, alone
    ):
        response = send(client, version, wording=talked.pk, typed_name="Someone Else")
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {"whom", "month", "typed_name"}
        assert "Please type your name as it is on your account: Ada Okafor." in words_of(response)
        assert not Attestation.objects.exists()

    def test_a_wrong_name_is_said_with_the_missing_wording(self, client, learner, version, talked):
        response = send(client, version, typed_name="Someone Else")
        assert {"wording", "typed_name"} <= set(response.context["form"].errors)

    def test_a_name_that_differs_in_capitals_alone_is_none_to_mend(
        self, client, learner, version, talked
    ):
        response = send(client, version, wording=talked.pk, typed_name="  ADA  okafor ")
        assert set(response.context["form"].errors) == {"whom", "month"}

    def test_an_account_without_a_name_is_told_with_the_rest(
        self, client, learner, version, talked
    ):
        url = reverse("certificates:sign", args=[version.statement.slug])
        learner.full_name = ""
        learner.save(update_fields=["full_name"])
        response = client.post(url, {"typed_name": "Ada", "version": version.pk})
        assert {"wording", "typed_name"} <= set(response.context["form"].errors)
        assert "Please add a full name to the account first." in words_of(response)
