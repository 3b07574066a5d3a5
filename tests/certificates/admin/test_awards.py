"""What awards are made of: statements, issuers and the awards themselves."""

import re

import pytest
from django.urls import NoReverseMatch, reverse

from certificates.models import Award, Requirement, StatementVersion
from people.models import User
from tests import make
from tests.make import NOON

SECOND_PROMISE = (
    '{"blocks": [{"key": "a", "text": "The second promise.", "type": "unstyled", "depth": 0,'
    ' "inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}'
)
NO_WORDINGS = {
    "language": "en",
    "wordings-TOTAL_FORMS": 0,
    "wordings-INITIAL_FORMS": 0,
    "wordings-MIN_NUM_FORMS": 0,
    "wordings-MAX_NUM_FORMS": 1000,
}


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
                **NO_WORDINGS,
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
        form |= NO_WORDINGS
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
        rows = {"awards": award, "issuers": award.issuer, "statements": version.statement}
        row = rows[name]
        response = client.post(reverse(f"{name}:delete", args=[row.pk]), follow=True)
        assert response.status_code == 200
        assert "records rest on it" in response.content.decode()
        assert type(row).objects.filter(pk=row.pk).exists()


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
            "design": "classic",
            "valid_months": "24",
            "renewal_opens_days": "90",
            "active": "on",
            **self.asks([self.version]),
        }
        self.url = reverse("awards:add")

    @pytest.mark.parametrize(("days", "is_taken"), [("90", False), ("84", False), ("83", True)])
    def test_nothing_can_be_renewed_on_the_day_it_is_issued(self, client, days, is_taken):
        form = self.form | {"valid_months": "3", "renewal_opens_days": days, "active": ""}
        page = client.post(self.url, form, follow=True).content.decode()
        assert ("Choose fewer than 84 days." not in page) is is_taken
        assert Award.objects.filter(slug="bridge").exists() is is_taken

    @staticmethod
    def asks(versions, stored=0):
        """The rows of the form for the statements that an award asks for."""
        rows = {
            "words-TOTAL_FORMS": 0,
            "words-INITIAL_FORMS": 0,
            "requirements-TOTAL_FORMS": len(versions),
            "requirements-INITIAL_FORMS": stored,
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
        rows = self.asks([self.version, second], stored=2)
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
        form = {**self.form, "valid_months": months, "renewal_opens_days": "10"}
        assert client.post(self.url, form).status_code == 302

    def test_so_is_what_cannot_be_printed_of_an_issuer(self, client):
        form = {
            "name": "Bridge 😀",
            "prefix": "BR",
            "time_zone": "UTC",
            "signatory_name": "Rosa",
            "signatory_role": "Registrar",
            "email": "ask@bridge.example",
            "signatories-TOTAL_FORMS": "0",
            "signatories-INITIAL_FORMS": "0",
        }
        url = reverse("issuers:add")
        assert "We cannot print “Bridge 😀” yet" in client.post(url, form).content.decode()
        assert client.post(url, {**form, "name": "Bridge"}).status_code == 302
