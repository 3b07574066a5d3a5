"""Issuing by hand: filled in, read over, issued."""

import pytest
from django.urls import reverse

from certificates.models import Award, AwardWords, Credential, Requirement
from courses.models.second_read import without_second_reader
from tests import make
from tests.certificates.admin.pages import record_url


class TestIssuingByHand:
    @pytest.fixture(autouse=True)
    def form(self, registrar):
        self.holder = make.user(full_name="Bee Lindqvist")
        self.form = {
            "award": make.award(name="Bridge award").pk,
            "email": self.holder.email.upper(),
            "name": "",
            "evidence": "Portfolio seen on paper.",
            "says": "award",
        }
        self.url = reverse("credentials:issue")

    def test_it_is_read_over_before_it_is_issued(self, client):
        page = client.post(self.url, self.form).content.decode()
        for shown in [
            "Bridge award",
            "Bee Lindqvist",
            "Portfolio seen on paper.",
            "cannot be edited",
        ]:
            assert shown in page
        assert not Credential.objects.exists()

    def test_then_it_is_issued_by_this_registrar(self, client, registrar):
        response = client.post(self.url, {**self.form, "confirmed": "yes"})
        credential = Credential.objects.get()
        assert response["Location"] == record_url(credential)
        assert (credential.holder, credential.name) == (self.holder, "Bee Lindqvist")
        assert credential.events.get().actor == registrar

    def test_going_back_keeps_what_was_typed(self, client):
        page = client.post(self.url, {**self.form, "change": "yes"}).content.decode()
        assert "Portfolio seen on paper." in page
        assert not Credential.objects.exists()

    @pytest.mark.parametrize(
        "change",
        [
            {"email": "nobody@peerwork.example"},
            {"email": "no address"},
            {"evidence": " "},
            {"award": "999"},
            {"award": ""},
            {"says": ""},
            {"says": "words"},
            {"says": "words", "words": "x" * 401},
        ],
    )
    def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(self, client, change):
        response = client.post(self.url, {**self.form, "confirmed": "yes", **change})
        assert response.status_code == 422
        assert not Credential.objects.exists()

    def test_what_it_will_say_is_read_over_and_then_said(self, client):
        words = {"says": "words", "words": "has shown  this\nthrough a portfolio."}
        page = client.post(self.url, {**self.form, **words}).content.decode()
        assert "has shown this through a portfolio. With nothing of a course." in page
        client.post(self.url, {**self.form, **words, "confirmed": "yes"})
        credential = Credential.objects.get()
        assert credential.description == "has shown this through a portfolio."
        assert credential.minutes == 0

    def test_it_is_read_over_in_the_language_that_is_printed(self, client):
        award = Award.objects.get(pk=self.form["award"])
        with without_second_reader():
            AwardWords.objects.create(
                award=award, language="es", name="Título puente", description="ha tendido puentes."
            )
        self.holder.language = "es"
        self.holder.save()
        page = client.post(self.url, self.form).content.decode()
        assert '<span lang="es">Título puente</span>' in page
        assert "ha tendido puentes." in page
        assert "<dd>Spanish</dd>" in page
        client.post(self.url, {**self.form, "confirmed": "yes"})
        assert Credential.objects.get().description == "ha tendido puentes."

    def test_what_the_records_do_not_show_is_said_before_it_is_printed(self, client):
        course = make.course("Listening well")
        award = Award.objects.get(pk=self.form["award"])
        Requirement.objects.create(award=award, kind="course", course=course)
        warning = "do not show all that the award says"
        page = client.post(self.url, self.form).content.decode()
        assert warning in page
        assert "Listening well" in page
        own_words = {"says": "words", "words": "has shown this through a portfolio."}
        assert warning not in client.post(self.url, {**self.form, **own_words}).content.decode()
        make.enrolment(self.holder, course)
        make.completion(self.holder, course)
        assert warning not in client.post(self.url, self.form).content.decode()

    def taught_in_a_room(self):
        with without_second_reader():
            Award.objects.filter(pk=self.form["award"]).update(taught_in_room=True)
        return {"attested_hours": "40", "attested_by": "Rosa Adeyemi"}

    def test_hours_of_a_room_are_read_over_with_who_attests_them(self, client):
        hours = self.taught_in_a_room()
        page = client.post(self.url, {**self.form, **hours}).content.decode()
        assert "Hours attested by" in page
        assert "Rosa Adeyemi: 40" in page
        assert not Credential.objects.exists()
        client.post(self.url, {**self.form, **hours, "confirmed": "yes"})
        credential = Credential.objects.get()
        assert (credential.minutes, credential.hours_attested_by) == (2_400, "Rosa Adeyemi")
        assert (
            "Hours attested by Rosa Adeyemi" in client.get(record_url(credential)).content.decode()
        )

    @pytest.mark.parametrize(
        "missing", [{"attested_hours": ""}, {"attested_by": ""}, {"attested_hours": "-1"}]
    )
    def test_hours_and_who_attests_them_come_together(self, client, missing):
        hours = {**self.taught_in_a_room(), **missing}
        response = client.post(self.url, {**self.form, **hours, "confirmed": "yes"})
        assert response.status_code == 422
        assert not Credential.objects.exists()

    def test_hours_are_typed_for_no_award_that_is_studied_alone(self, client):
        hours = {"attested_hours": "40", "attested_by": "Rosa Adeyemi", "confirmed": "yes"}
        response = client.post(self.url, {**self.form, **hours})
        assert response.status_code == 422
        assert "only for an award that is taught in a room" in response.content.decode()
        assert not Credential.objects.exists()

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"name": "李小龙 😀"}, "We cannot print “李小龙 😀” yet"),
            ({"name": "12345"}, "“12345” has none"),
            ({"name": "\u200d"}, "nothing of this one can be seen"),
            (
                {"says": "words", "words": "has shown this 😀"},
                "We cannot print “has shown this 😀”",
            ),
        ],
    )
    def test_what_cannot_be_printed_is_said_before_it_is_read_over(self, client, change, sentence):
        response = client.post(self.url, {**self.form, **change})
        assert response.status_code == 422
        page = response.content.decode()
        assert sentence in page
        assert "Please add a full name" not in page
        assert "Issue it</button>" not in page

    def test_the_name_of_the_account_is_looked_at_too(self, client):
        self.holder.full_name = "𒀀𒀁"
        self.holder.save()
        assert "We cannot print" in client.post(self.url, self.form).content.decode()
        page = client.post(self.url, {**self.form, "name": "Bee Lindqvist"}).content.decode()
        assert "Issue it</button>" in page

    def test_so_are_the_words_of_the_award(self, client):
        Award.objects.update(description="has done it all 😀")
        assert "We cannot print" in client.post(self.url, self.form).content.decode()

    def test_nobody_issues_to_themselves(self, client, registrar):
        for confirmed in ({}, {"confirmed": "yes"}):
            form = {**self.form, "email": registrar.email, **confirmed}
            response = client.post(self.url, form)
            assert response.status_code == 422
            assert "Nobody issues an award to themselves" in response.content.decode()
        assert not Credential.objects.exists()

    def test_one_that_is_held_already_is_said(self, client):
        held = make.credential(Award.objects.get(pk=self.form["award"]), self.holder)
        page = client.post(self.url, {**self.form, "confirmed": "yes"}).content.decode()
        assert held.number in page
        assert Credential.objects.count() == 1
