"""The register finds every credential that is looked for."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from certificates.models import Credential
from certificates.revoking import suspend
from tests import make
from tests.make import NOON


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
        award = make.award()
        make.credential(award)
        client.get(reverse("credentials:index"))
        with CaptureQueriesContext(connection) as queries_of_one:
            client.get(reverse("credentials:index"))
        make.credential(award)
        make.credential(award)
        client.get(reverse("credentials:index"))
        with CaptureQueriesContext(connection) as queries_of_three:
            page = client.get(reverse("credentials:index")).content.decode()
        assert page.count("PSW-") >= 3
        assert len(queries_of_three) == len(queries_of_one)

    @pytest.mark.parametrize("view", ["edit", "delete", "copy", "add", "history", "usage"])
    def test_there_is_no_way_to_edit_or_delete(self, registrar, view):
        credential = make.credential()
        for args in ([credential.pk], []):
            with pytest.raises(NoReverseMatch):
                reverse(f"credentials:{view}", args=args)
