"""The register shows what an auditor asks first, is narrowed down, and is downloaded."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates.models import Credential
from certificates.revoking import revoke, suspend
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

LIST = "/admin/credentials/"


def page_of(client, **query):
    response = client.get(LIST, query)
    assert response.status_code == 200
    return response.content.decode()


def rows_of(client, **query):
    response = client.get(LIST, {"export": "csv", **query})
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def one_of_each_standing(registrar):
    award = make.award(valid_months=12, description="Has completed the course.")
    lasting = make.award(valid_months=None, issuer=award.issuer)
    now = timezone.now()
    fine = make.credential(lasting, make.user(full_name="Current Person"), at=now)
    expired = make.credential(
        award, make.user(full_name="Expired Person"), at=now - timedelta(days=800)
    )
    suspended = make.credential(lasting, make.user(full_name="Suspended Person"), at=now)
    revoked = make.credential(lasting, make.user(full_name="Revoked Person"), at=now)
    for verb, credential in ((suspend, suspended), (revoke, revoked)):
        verb(credential, by=registrar, reason="A concern.", at=now)
    return {"current": fine, "expired": expired, "suspended": suspended, "revoked": revoked}


def test_each_row_says_whose_it_is_how_it_stands_and_until_when(client, registrar):
    credentials = one_of_each_standing(registrar)
    page = page_of(client)
    for standing, credential in credentials.items():
        assert credential.name in page
        assert credential.holder.email in page
        assert f'standing-sign--{standing}">{standing.title()}</span>' in page
    assert "for good" in page
    assert credentials["expired"].expires_on.strftime("%Y") in page


@pytest.mark.parametrize("standing", ["current", "expired", "suspended", "revoked"])
def test_it_is_narrowed_to_a_standing(client, registrar, standing):
    credentials = one_of_each_standing(registrar)
    page = page_of(client, standing=standing)
    shown = [name for name, credential in credentials.items() if credential.number in page]
    assert shown == [standing]
    assert [row["Standing"] for row in rows_of(client, standing=standing)] == [standing.title()]


def test_it_is_narrowed_to_a_year_and_an_issuer(client, registrar):
    now = timezone.now()
    early = make.credential(at=now.replace(year=now.year - 2, day=10))
    late = make.credential(at=now)
    assert early.issuer != late.issuer
    by_year = page_of(client, year=now.year - 2)
    assert early.number in by_year
    assert late.number not in by_year
    by_issuer = page_of(client, issuer=late.issuer.pk)
    assert late.number in by_issuer
    assert early.number not in by_issuer
    assert f'value="{now.year - 1}"' in by_year, "a year without any is still a year to ask for"


def test_the_latest_comes_first_and_the_order_can_be_turned(client, registrar):
    first, second = make.credential(at=NOON), make.credential(at=NOON + timedelta(hours=1))
    page = page_of(client)
    assert page.index(second.number) < page.index(first.number)
    page = page_of(client, ordering="issued_on")
    assert page.index(first.number) < page.index(second.number)


def test_the_file_holds_what_an_auditor_asks(client, registrar):
    credentials = one_of_each_standing(registrar)
    rows = {row["Number"]: row for row in rows_of(client)}
    assert set(rows) == {credential.number for credential in credentials.values()}
    revoked = rows[credentials["revoked"].number]
    assert revoked["Name as printed"] == "Revoked Person"
    assert revoked["Email"] == credentials["revoked"].holder.email
    assert revoked["Award"] == credentials["revoked"].award_name
    assert revoked["Issuer"] == credentials["revoked"].issuer_name
    assert revoked["Issued"] == credentials["revoked"].issued_on.isoformat()
    assert revoked["Standing"] == "Revoked"
    assert revoked["Changed by"] == str(registrar)
    assert revoked["Reason"] == "A concern."
    current = rows[credentials["current"].number]
    assert {current[name] for name in ("Last change", "Reason", "Valid until")} == {""}


def test_the_workbook_has_real_dates(client, registrar):
    credential = make.credential()
    response = client.get(LIST, {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    headings, row = (list(cells) for cells in sheet.iter_rows(values_only=True))
    values = dict(zip(headings, row, strict=True))
    assert values["Number"] == credential.number
    assert values["Issued"] == credential.issued_on
    assert values["Last change"] is None


def test_what_was_issued_by_nobodys_hand_says_so(client, registrar):
    credential = make.credential()
    credential.events.update(actor=None)
    (row,) = rows_of(client)
    assert row["Issued by"] == "the site"


def test_a_printed_name_is_no_formula(client, registrar):
    make.credential()
    Credential.objects.update(name="=1+1", award_name="@award")
    (row,) = rows_of(client)
    assert (row["Name as printed"], row["Award"]) == ("'=1+1", "'@award")


def test_only_what_was_searched_is_in_the_file(client, registrar):
    wanted = make.credential(holder=make.user(full_name="Bee Lindqvist"))
    make.credential(holder=make.user(full_name="Ada Okafor"))
    assert [row["Number"] for row in rows_of(client, q="lindqvist")] == [wanted.number]


def test_the_file_asks_the_same_of_the_database_for_one_and_for_three(client, registrar):
    make.credential()
    rows_of(client)
    costs = []
    for _ in range(3):
        make.credential()
        with CaptureQueriesContext(connection) as captured:
            rows_of(client)
        costs.append(len(captured))
    assert costs[0] == costs[1] == costs[2]


def test_the_date_of_issue_has_an_index():
    indexes = {index.name: index.fields for index in Credential._meta.indexes}
    assert indexes["register_by_date"] == ["issued_on", "issued_at"]
    with connection.cursor() as cursor:
        names = connection.introspection.get_constraints(cursor, Credential._meta.db_table)
    assert "register_by_date" in names


def test_the_register_is_not_for_others(client):
    client.force_login(make.staff("wagtailcore.add_page"))
    response = client.get(reverse("credentials:index"), {"export": "csv"})
    assert response.status_code in {302, 403}
