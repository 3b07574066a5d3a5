"""What registrars can do in the staff pages, and that nobody else can."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from certificates.issuing import revoke, suspend
from certificates.models import Award, Credential, CredentialEvent, Requirement, StatementVersion
from certificates.preparing import prepare, tell_of_changes
from people.models import User
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
            lambda c: c.number[:8],  # PSW-7K3M
            lambda c: c.number[:13].lower(),  # psw-7k3m-qx9r
            lambda c: c.number[4:13],
            lambda c: c.number[:13].replace("-", " "),
            lambda c: f"“{c.number[:13]}”,",
            lambda c: c.number[:13].replace("-", "\u2011"),
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

    def test_the_consonants_of_a_name_are_not_taken_for_a_part_of_a_number(self, client, registrar):
        credential = make.credential(holder=make.user(full_name="Bee Lindqvist"))
        Credential.objects.filter(pk=credential.pk).update(code="KFRKFRKFRKFR")
        page = client.get(reverse("credentials:index"), {"q": "Okafor"}).content.decode()
        assert "KFRK" not in page

    def test_those_whose_certificate_could_not_be_made_are_found(self, client, registrar):
        fine, stuck = make.credential(), make.credential()
        Credential.objects.filter(pk=stuck.pk).update(pdf_problem="No letters for this.")
        page = client.get(reverse("credentials:index"), {"certificate": "not_made"})
        assert stuck.number in page.content.decode()
        assert fine.number not in page.content.decode()

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

    def test_it_says_of_each_change_when_the_holder_was_told(self, client, registrar):
        credential = make.credential()
        suspend(credential, by=registrar, reason="x", at=NOON)
        before = CredentialEvent.objects.get(kind="suspended")

        def told(kind):
            row = next(
                row
                for row in client.get(record_url(credential)).content.decode().split("<tr>")
                if f"<td>{kind}</td>" in row
            )
            return re.findall(r"<td>(.*?)</td>", row, re.DOTALL)[-1]

        assert (told("Issued"), told("Suspended")) == ("Not yet", "Not yet")
        prepare(str(credential.pk), at=NOON)
        tell_of_changes(str(credential.pk), at=NOON)
        assert "2026" in told("Issued")
        assert "2026" in told("Suspended")
        CredentialEvent.objects.filter(pk=before.pk).update(to_tell=False, told_at=None)
        assert told("Suspended") == "No letter"

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
        if name == "restore":
            suspend(credential, by=registrar, reason="x", at=NOON)
        happened = credential.events.count()
        page = client.get(change_url(credential, name)).content.decode()
        assert "From this moment" in page
        assert "Never shown in public." in page
        assert credential.events.count() == happened

    @pytest.mark.parametrize(
        ("after", "name", "said"),
        [
            ([], "restore", "nothing to restore"),
            ([suspend], "suspend", "already suspended"),
            ([revoke], "restore", "has been revoked, and stays so"),
            ([revoke], "suspend", "has been revoked, and stays so"),
            ([revoke], "revoke", "has been revoked, and stays so"),
            ([suspend, revoke], "restore", "has been revoked, and stays so"),
        ],
    )
    def test_what_is_not_possible_now_leads_back_to_the_record_and_says_why(
        self, client, registrar, after, name, said
    ):
        credential = make.credential()
        for verb in after:
            verb(credential, by=registrar, reason="x", at=NOON)
        response = client.get(change_url(credential, name), follow=True)
        assert response.redirect_chain == [(record_url(credential), 302)]
        page = response.content.decode()
        assert said in page
        assert "From this moment" not in page
        assert credential.events.count() == 1 + len(after)

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
        assert "changed in the meantime, perhaps by you in another tab" in page
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
        assert "has shown this through a portfolio. Without hours and competencies." in page
        client.post(self.url, {**self.form, **words, "confirmed": "yes"})
        credential = Credential.objects.get()
        assert credential.description == "has shown this through a portfolio."
        assert credential.minutes == 0

    @pytest.mark.parametrize(
        ("change", "said"),
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
    def test_what_cannot_be_printed_is_said_before_it_is_read_over(self, client, change, said):
        response = client.post(self.url, {**self.form, **change})
        assert response.status_code == 422
        page = response.content.decode()
        assert said in page
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


class TestAtHome:
    """The first of the staff pages has what a registrar comes for."""

    def home(self, client):
        return client.get(reverse("wagtailadmin_home")).content.decode()

    def test_it_leads_to_the_register_to_issuing_and_to_awards(self, client, registrar):
        page = self.home(client)
        for name in ("credentials:index", "credentials:issue", "awards:index"):
            assert f'href="{reverse(name)}"' in page
        assert "could not be made" not in page

    def test_it_says_how_many_certificates_could_not_be_made_and_where(self, client, registrar):
        make.credential()
        Credential.objects.update(pdf_problem="No letters for this.")
        make.credential()
        page = self.home(client)
        assert "One certificate could not be made." in page
        assert f'href="{reverse("credentials:index")}?certificate=not_made"' in page

    def test_who_may_only_read_is_offered_no_more(self, client):
        client.force_login(make.staff("certificates.view_credential"))
        page = self.home(client)
        assert "certificates-at-home" in page
        assert reverse("credentials:issue") not in page
        assert reverse("awards:index") not in page

    def test_others_see_nothing_of_it(self, client):
        client.force_login(make.staff("wagtailcore.add_page"))
        assert "certificates-at-home" not in self.home(client)


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
            "trainer": lambda: make.staff("wagtailcore.add_page", "assessments.change_quiz"),
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


SECOND_PROMISE = (
    '{"blocks": [{"key": "a", "text": "The second promise.", "type": "unstyled", "depth": 0,'
    ' "inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}'
)


class TestStatements:
    def test_a_new_version_is_published_and_none_is_ever_changed(self, client, registrar):
        first = make.statement(text="<p>The first promise.</p>")
        response = client.post(
            reverse("statement-texts:add"),
            {
                "statement": first.statement.pk,
                "version": "2",
                "text": SECOND_PROMISE,
                "read_over": "on",
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

    def test_a_text_that_nobody_says_they_have_read_over_is_not_published(self, client, registrar):
        first = make.statement()
        url = reverse("statement-texts:add")
        assert "I have read it over" in client.get(url).content.decode()
        form = {"statement": first.statement.pk, "version": "2", "text": SECOND_PROMISE}
        page = client.post(url, form).content.decode()
        assert "it cannot be changed afterwards" in page
        assert "The second promise." in page
        assert StatementVersion.objects.count() == 1

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


class TestAwards:
    @pytest.fixture(autouse=True)
    def form(self, registrar):
        self.version = make.statement()
        self.form = {
            "name": "Bridge award",
            "slug": "bridge",
            "issuer": make.issuer().pk,
            "description": "Knows the bridge.",
            "limits": "",
            "language": "en",
            "valid_months": "24",
            "active": "on",
            **self.asks([self.version]),
        }
        self.url = reverse("awards:add")

    @staticmethod
    def asks(versions, kept=0):
        """The rows of the form for the statements that an award asks for."""
        rows = {
            "requirements-TOTAL_FORMS": len(versions),
            "requirements-INITIAL_FORMS": kept,
            "requirements-MIN_NUM_FORMS": 0,
            "requirements-MAX_NUM_FORMS": 1000,
        }
        for number, version in enumerate(versions):
            rows |= {
                f"requirements-{number}-kind": "statement",
                f"requirements-{number}-statement": version.statement.pk,
                f"requirements-{number}-ORDER": number + 1,
            }
        return rows

    def signed(self, count=1):
        for _ in range(count):
            learner = make.user()
            self.version.attestations.create(
                learner=learner, typed_name=learner.full_name, signed_at=NOON
            )

    def test_one_is_made_in_the_staff_pages(self, client):
        assert client.get(self.url).status_code == 200
        assert client.post(self.url, self.form).status_code == 302
        award = Award.objects.get(slug="bridge")
        assert award.active
        assert award.requirements.count() == 1

    def test_a_new_one_is_not_to_be_earned_until_somebody_says_so(self, client):
        page = client.get(self.url).content.decode()
        tick = re.search(r'<input[^>]*name="active"[^>]*>', page)[0]
        assert "checked" not in tick
        assert "issued, by the site itself" in page
        assert Award().active is False

    def test_before_it_is_issued_to_those_who_met_it_the_registrar_is_asked(self, client):
        self.signed(2)
        assert "issue_to_those_who_met_it" not in client.get(self.url).content.decode()
        page = client.post(self.url, self.form).content.decode()
        assert "2 people already meet all that this asks." in page
        assert 'name="issue_to_those_who_met_it"' in page
        assert not Award.objects.exists()
        form = {**self.form, "issue_to_those_who_met_it": "on"}
        assert client.post(self.url, form).status_code == 302
        assert Award.objects.get().active

    def test_one_that_may_not_be_earned_asks_nothing(self, client):
        self.signed()
        del self.form["active"]
        assert client.post(self.url, self.form).status_code == 302
        assert not Award.objects.get().active

    def test_neither_does_one_that_nobody_meets_or_that_asks_for_nothing(self, client):
        self.signed()
        other = self.asks([self.version, make.statement()])
        assert client.post(self.url, {**self.form, **other}).status_code == 302
        nothing = {**self.form, **self.asks([]), "slug": "by-hand"}
        assert client.post(self.url, nothing).status_code == 302
        assert Award.objects.filter(active=True).count() == 2

    def test_asking_less_of_one_that_may_be_earned_is_a_question_too(self, client):
        self.signed()
        award = make.award(name="Bridge award", statement=self.version, issuer=make.issuer())
        second = make.statement()
        first = Requirement.objects.get(award=award)
        more = Requirement.objects.create(
            award=award, kind="statement", statement=second.statement, sort_order=1
        )
        url = reverse("awards:edit", args=[award.pk])
        rows = self.asks([self.version, second], kept=2)
        rows |= {"requirements-0-id": first.pk, "requirements-1-id": more.pk}
        form = {**self.form, "slug": award.slug, **rows}
        assert client.post(url, form).status_code == 302
        form["requirements-1-DELETE"] = "on"
        page = client.post(url, form).content.decode()
        assert "One person already meets all that this asks." in page
        assert Requirement.objects.filter(award=award).count() == 2
        # Who holds it already is not asked about.
        for learner in User.objects.filter(attestations__version=self.version):
            make.credential(award, learner)
        assert client.post(url, form).status_code == 302
        assert Requirement.objects.filter(award=award).count() == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"valid_months": "0"},
            {"valid_months": "-1"},
            {"valid_months": "601"},
            {"valid_months": "99999"},
            {"description": "x" * 401},
            {"limits": "x" * 401},
            {"name": "Bridge 😀"},
            {"description": "Knows the bridge 😀."},
            {"limits": "Not a licence 😀."},
        ],
    )
    def test_what_a_certificate_cannot_say_is_told_when_it_is_typed(self, client, change):
        response = client.post(self.url, {**self.form, **change})
        assert response.status_code == 200
        assert not Award.objects.exists()

    @pytest.mark.parametrize("months", ["1", "600", ""])
    def test_one_lasts_from_a_month_to_fifty_years_or_for_ever(self, client, months):
        form = {**self.form, "valid_months": months}
        assert client.post(self.url, form).status_code == 302

    def test_so_is_what_cannot_be_printed_of_an_issuer(self, client):
        form = {
            "name": "Bridge 😀",
            "prefix": "BR",
            "time_zone": "UTC",
            "signatory_name": "Rosa",
            "signatory_role": "Registrar",
        }
        url = reverse("issuers:add")
        assert "We cannot print “Bridge 😀” yet" in client.post(url, form).content.decode()
        assert client.post(url, {**form, "name": "Bridge"}).status_code == 302
