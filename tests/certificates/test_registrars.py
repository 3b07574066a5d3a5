"""What registrars can do in the staff pages, and that nobody else can."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from certificates.issuing import revoke, suspend
from certificates.models import Award, Credential, StatementVersion
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

SECRET = "A complaint by a colleague, file 17"


@pytest.fixture(autouse=True)
def site(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    make.home()


@pytest.fixture
def registrar(client):
    person = make.registrar(full_name="Rosa Adeyemi")
    client.force_login(person)
    return person


def list_url(**query):
    return reverse("credentials:index"), query


def record_url(credential):
    return reverse("credentials:inspect", args=[credential.pk])


def change_url(credential, name):
    return reverse("credentials:change", args=[credential.pk, name])


def told(client, credential, name, **form):
    seen = credential.events.count()
    return client.post(
        change_url(credential, name), {"seen": seen, "reason": SECRET, **form}, follow=True
    )


class TestTheRegister:
    @pytest.mark.parametrize(
        "typed",
        [
            lambda c: c.number,
            lambda c: c.number.lower(),
            lambda c: c.code,
            lambda c: " ".join(c.code),
            lambda c: c.code[2:7],
            lambda c: c.name,
            lambda c: "okafor ada",
            lambda c: c.holder.email.upper(),
        ],
    )
    def test_one_is_found_by_its_number_in_any_typing_by_name_or_address(
        self, client, registrar, typed
    ):
        award = make.award()
        wanted = make.credential(award, make.user(full_name="Ada Okafor"))
        other = make.credential(award, make.user(full_name="Bee Lindqvist"))
        page = client.get(reverse("credentials:index"), {"q": typed(wanted)}).content.decode()
        assert wanted.number in page
        assert other.number not in page

    @pytest.mark.parametrize("typed", ["%", "_", "'", '"; --', "ZZZZ", "𒀀", "x" * 300])
    def test_any_search_is_answered(self, client, registrar, typed):
        make.credential()
        assert client.get(reverse("credentials:index"), {"q": typed}).status_code == 200

    def test_it_is_narrowed_by_standing_and_award(self, client, registrar):
        award, other = make.award(name="First"), make.award(name="Second")
        current, suspended, elsewhere = (
            make.credential(award),
            make.credential(award),
            make.credential(other),
        )
        suspend(suspended, by=registrar, reason="x", at=NOON)
        page = client.get(
            reverse("credentials:index"), {"standing": "current", "award": award.pk}
        ).content.decode()
        assert current.number in page
        assert suspended.number not in page
        assert elsewhere.number not in page

    def test_its_length_costs_no_queries(self, client, registrar):
        make.credential()
        client.get(reverse("credentials:index"))
        with CaptureQueriesContext(connection) as one:
            client.get(reverse("credentials:index"))
        make.credential()
        make.credential()
        client.get(reverse("credentials:index"))
        with CaptureQueriesContext(connection) as three:
            page = client.get(reverse("credentials:index")).content.decode()
        assert page.count("PSW-") >= 3
        assert len(three) == len(one)

    @pytest.mark.parametrize("view", ["edit", "delete", "copy", "add", "history", "usage"])
    def test_there_is_no_way_to_edit_or_delete(self, registrar, view):
        credential = make.credential()
        for args in ([credential.pk], []):
            with pytest.raises(NoReverseMatch):
                reverse(f"credentials:{view}", args=args)


class TestTheRecord:
    def test_it_shows_what_was_frozen_and_what_happened_with_actor_and_reason(
        self, client, registrar
    ):
        credential = make.credential(evidence="Portfolio seen in Leeds.")
        suspend(credential, by=registrar, reason=SECRET, at=NOON)
        Credential.objects.update(pdf_problem="No letters for this.")
        page = client.get(record_url(credential)).content.decode()
        for shown in [
            credential.number,
            credential.name,
            credential.award_name,
            credential.signatory_name,
            "Portfolio seen in Leeds.",
            SECRET,
            registrar.email,
            "No letters for this.",
            "Suspended",
        ]:
            assert shown in page

    def test_names_are_text_whatever_is_in_them(self, client, registrar):
        credential = make.credential(holder=make.user(full_name="<img src=x onerror=alert(1)>"))
        for url in [
            record_url(credential),
            reverse("credentials:index"),
            change_url(credential, "revoke"),
        ]:
            assert "<img src=x" not in client.get(url).content.decode()

    def test_only_what_can_be_done_is_offered(self, client, registrar):
        credential = make.credential()

        def offered():
            page = client.get(record_url(credential)).content.decode()
            return {
                n for n in ("suspend", "restore", "revoke") if change_url(credential, n) in page
            }

        assert offered() == {"suspend", "revoke"}
        suspend(credential, by=registrar, reason="x", at=NOON)
        assert offered() == {"restore", "revoke"}
        revoke(credential, by=registrar, reason="x", at=NOON)
        assert offered() == set()

    def test_a_certificate_that_could_not_be_made_may_be_tried_again(self, client, registrar):
        credential = make.credential()
        Credential.objects.update(pdf_problem="No letters for this.")
        url = reverse("credentials:make_again", args=[credential.pk])
        assert client.get(url).status_code == 405
        client.post(url)
        assert Credential.objects.owed().get() == credential


class TestChangingAStanding:
    @pytest.mark.parametrize("name", ["suspend", "restore", "revoke"])
    def test_the_effect_is_said_first_and_reading_it_changes_nothing(self, client, registrar, name):
        credential = make.credential()
        page = client.get(change_url(credential, name)).content.decode()
        assert "From this moment" in page
        assert "Never shown in public." in page
        assert credential.events.count() == 1

    def test_each_change_is_recorded_with_its_actor_and_reason(self, client, registrar):
        credential = make.credential()
        for name in ("suspend", "restore", "revoke"):
            assert told(client, credential, name).status_code == 200
        events = list(credential.events.all())[1:]
        assert [event.kind for event in events] == ["suspended", "restored", "revoked"]
        assert {event.actor for event in events} == {registrar}
        assert {event.reason for event in events} == {SECRET}

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 3000])
    def test_without_a_reason_nothing_happens_and_what_was_typed_stays(
        self, client, registrar, reason
    ):
        credential = make.credential()
        response = told(client, credential, "revoke", reason=reason)
        assert response.status_code == 422
        assert reason.strip() in response.content.decode()
        assert credential.events.count() == 1

    def test_somebody_who_looked_at_an_older_page_is_told(self, client, registrar):
        credential = make.credential()
        suspend(credential, by=make.user(), reason="x", at=NOON)
        page = told(client, credential, "revoke", seen=1).content.decode()
        assert "Somebody else changed this credential" in page
        assert credential.events.count() == 2

    def test_what_cannot_be_done_is_said_kindly(self, client, registrar):
        credential = make.credential()
        page = told(client, credential, "restore").content.decode()
        assert "nothing to restore" in page

    def test_the_form_is_guarded_against_other_sites(self, registrar):
        from django.test import Client

        outside = Client(enforce_csrf_checks=True)
        outside.force_login(registrar)
        credential = make.credential()
        response = outside.post(change_url(credential, "revoke"), {"seen": 1, "reason": "x"})
        assert response.status_code == 403
        assert credential.events.count() == 1

    def test_a_reason_is_never_shown_in_public(self, client, registrar):
        credential = make.credential()
        told(client, credential, "revoke")
        client.logout()
        url = reverse("certificates:verify_number", args=[credential.number])
        for accept in ("text/html", "application/json"):
            response = client.get(url, headers={"accept": accept})
            assert response.status_code == 200
            assert SECRET not in response.content.decode()
            assert registrar.email not in response.content.decode()

    def test_a_reason_is_not_shown_to_the_holder(self, client, registrar):
        credential = make.credential()
        told(client, credential, "revoke")
        client.force_login(credential.holder)
        assert SECRET not in client.get("/learn/").content.decode()


class TestIssuingByHand:
    @pytest.fixture(autouse=True)
    def form(self, registrar):
        self.holder = make.user(full_name="Bee Lindqvist")
        self.form = {
            "award": make.award(name="Bridge award").pk,
            "email": self.holder.email.upper(),
            "name": "",
            "evidence": "Portfolio seen on paper.",
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
        ],
    )
    def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(self, client, change):
        response = client.post(self.url, {**self.form, "confirmed": "yes", **change})
        assert response.status_code == 422
        assert not Credential.objects.exists()

    def test_one_that_is_held_already_is_said(self, client):
        held = make.credential(Award.objects.get(pk=self.form["award"]), self.holder)
        page = client.post(self.url, {**self.form, "confirmed": "yes"}).content.decode()
        assert held.number in page
        assert Credential.objects.count() == 1


PAGES = ["credentials", "awards", "issuers", "statements", "statement-texts"]


class TestWhoMaySee:
    def addresses(self, credential):
        return [
            *(reverse(f"{name}:index") for name in PAGES),
            reverse("credentials:issue"),
            record_url(credential),
            change_url(credential, "revoke"),
        ]

    def test_registrars_see_all_of_it(self, client, registrar):
        for url in self.addresses(make.credential()):
            assert client.get(url).status_code == 200
        assert "Certificates" in client.get(reverse("wagtailadmin_home")).content.decode()

    @pytest.mark.parametrize("who", ["trainer", "learner", "holder", "visitor"])
    def test_nobody_else_sees_or_does_any_of_it(self, client, who):
        credential = make.credential()
        people = {
            "trainer": lambda: make.staff("wagtailcore.add_page", "courses.change_quiz"),
            "learner": make.user,
            "holder": lambda: credential.holder,
        }
        if who in people:
            client.force_login(people[who]())
        for url in self.addresses(credential):
            for response in (client.get(url), client.post(url, {"seen": 1, "reason": "x"})):
                assert response.status_code in {302, 403, 404, 405}
                assert credential.number not in response.content.decode()
        assert credential.events.count() == 1
        assert Credential.objects.count() == 1

    def test_the_menu_does_not_offer_it_to_trainers(self, client):
        client.force_login(make.staff())
        page = client.get(reverse("wagtailadmin_home")).content.decode()
        assert reverse("credentials:index") not in page

    def test_one_who_may_only_read_is_offered_and_allowed_no_more(self, client):
        credential = make.credential()
        client.force_login(make.staff("certificates.view_credential"))
        page = client.get(record_url(credential)).content.decode()
        assert change_url(credential, "revoke") not in page
        told(client, credential, "revoke")
        client.post(reverse("credentials:make_again", args=[credential.pk]))
        client.get(reverse("credentials:issue"))
        assert credential.events.count() == 1


class TestStatements:
    def test_a_new_version_is_published_and_none_is_ever_changed(self, client, registrar):
        first = make.statement(text="<p>The first promise.</p>")
        response = client.post(
            reverse("statement-texts:add"),
            {
                "statement": first.statement.pk,
                "version": "2",
                "text": '{"blocks": [{"key": "a", "text": "The second promise.", "type": "unstyled",'
                ' "depth": 0, "inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}',
            },
        )
        assert response.status_code == 302
        second = StatementVersion.objects.get(version="2")
        assert "The second promise." in second.text
        assert second.published_at
        for view in ("edit", "delete"):
            with pytest.raises(NoReverseMatch):
                reverse(f"statement-texts:{view}", args=[first.pk])
        page = client.get(reverse("statement-texts:inspect", args=[first.pk])).content.decode()
        assert "<p>The first promise.</p>" in page

    @pytest.mark.parametrize("name", ["awards", "issuers", "statements"])
    def test_what_records_rest_on_stays_even_for_who_may_delete(self, client, name):
        client.force_login(make.user(is_superuser=True))
        version = make.statement()
        award = make.award(statement=version)
        make.credential(award)
        things = {"awards": award, "issuers": award.issuer, "statements": version.statement}
        thing = things[name]
        response = client.post(reverse(f"{name}:delete", args=[thing.pk]), follow=True)
        assert response.status_code == 200
        assert "records rest on it" in response.content.decode()
        assert type(thing).objects.filter(pk=thing.pk).exists()

    def test_an_award_is_made_in_the_staff_pages(self, client, registrar):
        issuer = make.issuer()
        assert client.get(reverse("awards:add")).status_code == 200
        response = client.post(
            reverse("awards:add"),
            {
                "name": "Bridge award",
                "slug": "bridge",
                "issuer": issuer.pk,
                "description": "Knows the bridge.",
                "limits": "",
                "valid_months": "24",
                "active": "on",
                "requirements-TOTAL_FORMS": "1",
                "requirements-INITIAL_FORMS": "0",
                "requirements-MIN_NUM_FORMS": "0",
                "requirements-MAX_NUM_FORMS": "1000",
                "requirements-0-kind": "statement",
                "requirements-0-statement": make.statement().statement.pk,
                "requirements-0-ORDER": "1",
            },
        )
        assert response.status_code == 302
        assert Award.objects.get(slug="bridge").requirements.count() == 1
