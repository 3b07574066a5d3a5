"""Anyone who holds a number learns what is printed and whether it may be relied on. No more."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates.guessing import MISSES_A_MINUTE, key_for
from certificates.models import Credential
from certificates.numbers import ALPHABET, Mistyped, formatted, parse_code, random_code
from certificates.revoking import restore, revoke, suspend
from certificates.verifying import extract_number, look_up, public_facts, tidy_number
from tests import make

NOW = make.NOON + 10 * make.DAY
ALLOWED = {
    "number",
    "standing",
    "name",
    "award",
    "issued_on",
    "expires_on",
    "issuer",
    "hours",
    "checked_at",
}


@pytest.fixture(autouse=True)
def ten_days_on(db):
    with time_machine.travel(NOW, tick=False):
        cache.clear()
        yield


@pytest.fixture
def site(db):
    """The front page, so that the menus have something to say."""
    return make.home()


@pytest.fixture
def credential(site):
    return make.credential(make.award(valid_months=24, limits="It is not a licence."))


def page(client, credential, **headers):
    number = getattr(credential, "number", credential)
    return client.get(reverse("certificates:verify_number", args=[number]), headers=headers)


def as_json(client, credential):
    response = page(client, credential, accept="application/json")
    return response.status_code, json.loads(response.content)


def words_of(response):
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def verdict(response):
    return re.search(r'<h1 id="verdict">(.*?)</h1>', response.content.decode())[1]


def successor(credential, **fields):
    """A newer credential in the place of one, as a reissue would make it."""
    newer = Credential.objects.get(pk=credential.pk)
    newer.pk, newer.code, newer.cycle = None, random_code(), credential.cycle + 1
    newer.replaces = credential
    for field, value in fields.items():
        setattr(newer, field, value)
    newer._state.adding = True
    newer.save(force_insert=True)
    return newer


# The answer ----------------------------------------------------------------------------------


def test_the_page_says_what_is_printed_and_that_it_is_current(client, credential):
    response = page(client, credential)
    assert response.status_code == 200
    assert verdict(response) == "Current"
    said = words_of(response)
    for words in [
        "You may rely on this certificate today.",
        credential.number,
        credential.name,
        credential.award_name,
        credential.issuer_name,
        "23 November 2026",
        "23 November 2028",
        "It is not a licence.",
        "Compare these with the paper",
        "Checked 3 December 2026, 12:00 UTC",
    ]:
        assert words in said


def test_a_program_gets_the_same_as_json_and_nothing_beside(client, credential):
    status, answer = as_json(client, credential)
    assert status == 200
    assert set(answer) == ALLOWED
    assert answer == {
        "number": credential.number,
        "standing": "current",
        "name": credential.name,
        "award": "Foundations of Peer Support",
        "issued_on": "2026-11-23",
        "expires_on": "2028-11-23",
        "issuer": "Peerwork Training",
        "hours": 0.0,
        "checked_at": "2026-12-03T12:00:00+00:00",
    }


def test_a_browser_gets_the_page(client, credential):
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for response in [
        page(client, credential, accept=accept),
        page(client, credential, accept="*/*"),
    ]:
        assert response["Content-Type"].startswith("text/html")
        assert "Accept" in response["Vary"]


def test_hours_are_told_by_domain_as_certified(client, credential):
    Credential.objects.filter(pk=credential.pk).update(
        minutes=715, minutes_by_domain=[{"domain": "Advocacy", "minutes": 390}]
    )
    said = words_of(page(client, credential))
    assert "Hours of learning 11 h 55 min" in said
    assert "Advocacy 6 h 30 min" in said
    assert as_json(client, credential)[1]["hours"] == 11.92


def test_what_it_certifies_is_a_sentence_about_somebody(client, credential):
    said = words_of(page(client, credential))
    assert f"What it certifies {credential.name} {credential.description}" in said
    brought_to("replaced", credential)
    said = words_of(page(client, credential))
    assert f"What it certifies This person {credential.description}" in said
    assert credential.name not in said


def test_a_name_that_runs_from_right_to_left_stays_beside_its_label(client, credential):
    Credential.objects.filter(pk=credential.pk).update(name="محمد فاطمة")
    seen = page(client, credential).content.decode()
    # The name turns within itself, and the line that it stands on does not.
    assert "<dd><bdi>محمد فاطمة</bdi></dd>" in seen
    assert 'dir="auto"' not in seen


@pytest.mark.parametrize(
    ("accept", "json_is_sent"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("application/json;version=1", True),
        ("Application/JSON", True),
        ("application/*", True),
        ("application/json, text/plain, */*", True),
        ("application/json;q=0.9, text/html;q=0.8", True),
        ("text/html, application/json;q=0.9", False),
        ("application/json;q=0", False),
        ("application/ld+json", False),
        ("text/html;level=1", False),
        ("text/*", False),
        ("*/*", False),
        ("", False),
        ("image/png", False),
        ("nonsense", False),
    ],
)
def test_json_is_sent_to_who_asks_for_it_whatever_else_they_say(
    client, credential, accept, json_is_sent
):
    for number in [credential.number, unknown(), slipped(credential.number)]:
        sent = page(client, number, accept=accept)["Content-Type"]
        assert sent.startswith("application/json" if json_is_sent else "text/html")


def test_it_is_asked_in_spanish_and_answers_in_spanish_dates(client, credential):
    response = page(client, credential, accept_language="es")
    assert "23 de noviembre de 2026" in words_of(response)


STANDINGS = {
    "current": "Current",
    "expired": "Expired",
    "suspended": "Suspended",
    "revoked": "Revoked",
    "replaced": "Replaced by a newer one",
}


def brought_to(standing, credential):
    registrar = make.user()
    if standing == "expired":
        Credential.objects.filter(pk=credential.pk).update(expires_on="2026-12-02")
    elif standing == "suspended":
        suspend(credential, by=registrar, reason="REASON-CANARY", at=NOW)
    elif standing == "revoked":
        revoke(credential, by=registrar, reason="REASON-CANARY", at=NOW)
    elif standing == "replaced":
        successor(credential, name="A Newer Name")


@pytest.mark.parametrize("standing", STANDINGS)
def test_each_standing_is_told_in_a_word_a_sign_and_a_colour(client, credential, standing):
    brought_to(standing, credential)
    response = page(client, credential)
    assert verdict(response) == STANDINGS[standing]
    assert f"verdict--{standing}" in response.content.decode()
    assert as_json(client, credential)[1]["standing"] == standing


def test_the_signs_differ_in_shape(client, credential):
    def sign(shown):
        """The shapes alone, whatever white space is between them."""
        svg = re.search(r"verdict__sign.*?</svg>", page(client, shown).content.decode(), re.DOTALL)
        return tuple(re.findall(r"<(?:circle|path).*?/>", svg[0]))

    signs = [sign(credential)]
    for standing in ["suspended", "revoked"]:
        brought_to(standing, credential)
        signs.append(sign(credential))
    signs.append(sign(unknown()))
    assert all(signs)
    assert len(set(signs)) == 4


def test_one_that_was_replaced_leads_on_without_the_former_name(client, credential):
    newer = successor(credential, name="A Newer Name")
    response = page(client, credential)
    assert newer.number in words_of(response)
    assert credential.name not in response.content.decode()
    assert as_json(client, credential)[1]["name"] is None
    assert as_json(client, newer)[1]["name"] == "A Newer Name"
    assert credential.name not in page(client, newer).content.decode()


# What is not there ---------------------------------------------------------------------------


def unknown():
    return formatted("PSW", random_code())


def slipped(number):
    """The number with its last symbol mistyped."""
    return number[:-1] + ALPHABET[(ALPHABET.index(number[-1]) + 1) % len(ALPHABET)]


def test_an_unknown_number_is_not_found(client, site):
    number = unknown()
    response = page(client, number)
    assert response.status_code == 404
    assert verdict(response) == "Not found"
    assert number in words_of(response)
    status, answer = as_json(client, number)
    assert status == 404
    assert (answer["number"], answer["standing"]) == (number, "not_found")


def test_a_mistyped_number_says_so_before_any_query(client, credential, django_assert_num_queries):
    number = slipped(credential.number)
    page(client, number)
    with django_assert_num_queries(0):
        response = client.get(
            reverse("certificates:verify_number", args=[number]),
            headers={"accept": "application/json"},
        )
    assert response.status_code == 404
    assert response.json()["standing"] == "mistyped"
    assert response.json()["number"] == number
    seen = page(client, number)
    assert seen.status_code == 404
    assert "slip" in words_of(seen)
    assert f'value="{number}"' in seen.content.decode()


def test_nothing_is_looked_up_for_what_cannot_be_a_number(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        for typed in ["", " ", "-", "PSW", "PSW-", "0", "None", "null", "%", "x" * 5000]:
            with pytest.raises(Mistyped):
                look_up(typed)


@settings(
    max_examples=2000,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_whatever_is_typed_gives_that_very_credential_or_none(credential, data):
    code = credential.code
    near = st.tuples(st.integers(0, 11), st.sampled_from(ALPHABET)).map(
        lambda change: code[: change[0]] + change[1] + code[change[0] + 1 :]
    )
    typed = data.draw(
        st.one_of(
            st.text(max_size=40),
            st.text(ALPHABET + "psw- /.%", max_size=20),
            near,
            st.builds("{}{}{}".format, st.text(max_size=5), near, st.text(max_size=3)),
            st.builds(
                "{}{}{}".format,
                st.text(NOISE + "psw/%?=", max_size=5),
                near,
                st.text(NOISE + "pdf/%", max_size=4),
            ),
        )
    )
    try:
        found = look_up(typed)
    except Mistyped:
        return
    plain = unicodedata.normalize("NFKC", extract_number(typed)).upper()
    symbols = re.sub(r"[^0-9A-Z]", "", plain)
    assert (found is not None) == symbols.endswith(code)


NOISE = " \t\n-‐‑‒–—−._,;:!?'\"“”‘’«»()[]{}<>*|\u00a0\u00ad\u200b\u200e\u202e\u2066\u2069\ufeff"
"""What comes along with a number that is copied, and says nothing."""


@settings(max_examples=500, deadline=None)
@given(code=st.builds(random_code), data=st.data())
def test_whatever_stands_around_and_between_the_symbols_hides_none(code, data):
    noise = st.text(NOISE, max_size=3)
    typed = "".join(
        data.draw(noise) + data.draw(st.sampled_from([one, one.lower(), chr(ord(one) + 0xFEE0)]))
        for one in data.draw(st.sampled_from(["", "PSW", "UK"])) + code
    ) + data.draw(noise)
    assert parse_code(extract_number(typed)) == code
    assert tidy_number(typed).replace("-", "").endswith(code)


@pytest.mark.parametrize("letter", ["É", "ß", "Ж", "٣", "ẞ", "한"])
def test_a_letter_that_is_none_of_ours_is_not_read_as_one(letter):
    code = random_code()
    for typed in [letter + code, code + letter, code[:6] + letter + code[6:]]:
        with pytest.raises(Mistyped):
            parse_code(typed)


# However it is spelled ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelling",
    [
        str.lower,
        lambda number: number.replace("-", ""),
        lambda number: number.replace("-", " "),
        lambda number: f"  {number} ",
        lambda number: number.removeprefix("PSW-"),
        lambda number: number.replace("-", "–"),
        lambda number: number.replace("-", "\u2212"),  # a minus sign
        lambda number: number.replace("-", "\u00ad-\u200b"),  # soft hyphens, spaces of no width
        lambda number: f"\u202a{number}\u202c",
        lambda number: f"\ufeff\u2068{number}\u2069",
        lambda number: number.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)}),  # full width
        lambda number: f"{number},",
        lambda number: f"{number}.",
        lambda number: f"“{number}”",
        lambda number: f"«{number}».",
        lambda number: f"'{number}'",
        lambda number: f"({number})",
        lambda number: f"[{number}]",
        lambda number: f"<{number}>",
        lambda number: f"{number}.PDF",
    ],
)
def test_another_spelling_leads_to_the_number_as_it_is_printed(client, credential, spelling):
    canonical = reverse("certificates:verify_number", args=[credential.number])
    response = page(client, spelling(credential.number))
    assert response.status_code == 302
    assert response["Location"] == canonical
    assert page(client, credential).status_code == 200


@pytest.mark.parametrize(
    "way", ["/C/{code}", "/c/{code}", "/C/{lower}", "/C/{code}/", "/c/{number}"]
)
def test_the_printed_code_leads_to_the_page(client, credential, way):
    way = way.format(code=credential.code, lower=credential.code.lower(), number=credential.number)
    response = client.get(way, follow=True)
    assert response.status_code == 200
    assert response.request["PATH_INFO"] == f"/verify/{credential.number}/"


def test_the_form_takes_a_number_or_a_pasted_link(client, credential):
    for typed in [
        credential.number,
        credential.number.lower().replace("-", " "),
        f"https://learn.example.org/verify/{credential.number}/",
        f"HTTPS://LEARN.EXAMPLE.ORG/C/{credential.code}",
        f"learn.example.org/verify/{credential.number}/?from=mail#top",
        f"https://learn.example.org/certificates/{credential.number}.pdf",
        f"https://learn.example.org/certificates/{credential.number}.PDF",
        f"<https://learn.example.org/verify/{credential.number}/>",
        f"<https://learn.example.org/verify/{credential.number}>,",
        f"(https://learn.example.org/verify/{credential.number}/).",
        f"https://learn.example.org/verify/?number={credential.number}",
        f"https://learn.example.org/verify/?number={credential.number}&lang=es",
        f"https://learn.example.org/verify/?number={credential.number.replace('-', '+')}.",
        f"https://learn.example.org/verify/{credential.number}/?number=",
        f"https://learn.example.org/verify/%E2%80%9C{credential.number}%E2%80%9D/",
        f"“{credential.number}”,",
        f"\u200e{credential.number}\u200e",
    ]:
        response = client.get("/verify/", {"number": typed}, follow=True)
        assert response.status_code == 200, typed
        assert response.request["PATH_INFO"] == f"/verify/{credential.number}/"


def test_the_form_says_that_a_number_was_mistyped_and_keeps_it(client, site):
    response = client.get("/verify/", {"number": "PSW-<b>-nope"})
    assert response.status_code == 404
    assert 'value="PSW-&lt;b&gt;-nope"' in response.content.decode()
    assert 'aria-invalid="true"' in response.content.decode()


def test_the_form_alone_is_a_page(client, site):
    response = client.get("/verify/")
    assert response.status_code == 200
    assert "Certificate number" in words_of(response)
    assert client.get("/verify/", {"number": "  "}).status_code == 200


@pytest.mark.parametrize("address", ["/verify/", "/verify/PSW-7K3M-QX9R-4TWK/", "/C/7K3MQX9R4TWK"])
def test_nothing_can_be_sent_to_it(client, db, address):
    for method in [client.post, client.put, client.delete]:
        assert method(address).status_code == 405


def test_a_link_without_a_number_is_mistyped():
    for typed in ["https://example.org/", "https://[", "///", "http://x/verify/"]:
        with pytest.raises(Mistyped):
            tidy_number(typed)
    assert extract_number("https://example.org/verify/abc/") == "abc"


# Private: C05 ----------------------------------------------------------------------------------


def test_nothing_about_the_person_is_told_but_the_printed_name(client, site):
    holder = make.user(
        email="canary-holder-email@peerwork.example",
        full_name="Printed Name",
        time_zone="Pacific/Apia",
    )
    registrar = make.user(
        email="canary-registrar@peerwork.example", full_name="CANARY-REGISTRAR-NAME"
    )
    credential = make.credential(
        make.award(), holder, evidence="CANARY-EVIDENCE in words", by=registrar
    )
    holder.full_name = "CANARY-LATER-NAME"
    holder.save()
    Credential.objects.filter(pk=credential.pk).update(
        pdf_problem="CANARY-PROBLEM", pdf="CANARY-FILE.pdf", pdf_sha256="CANARY-HASH"
    )
    suspend(credential, by=registrar, reason="CANARY-REASON one", at=NOW)
    restore(credential, by=registrar, reason="CANARY-REASON two", at=NOW)
    revoke(credential, by=registrar, reason="CANARY-REASON three", at=NOW)
    for response in [page(client, credential), page(client, credential, accept="application/json")]:
        sent = response.serialize().decode()
        assert "CANARY" not in sent.upper()
        assert "Apia" not in sent
        assert str(credential.pk) not in sent
        assert str(holder.pk) not in re.findall(r"\bid=\"?(\d+)", sent)
        assert "Printed Name" in sent


def test_the_row_that_is_read_has_no_private_column(credential):
    with CaptureQueriesContext(connection) as asked:
        found = look_up(credential.number)
    [query] = asked
    for column in ["holder_id", "evidence", "pdf", "signatory_name", "reason", "actor_id"]:
        assert column not in query["sql"]
    facts = public_facts(found, checked_at=NOW)
    assert set(facts) == ALLOWED


def test_the_answer_is_for_no_engine_no_cache_and_no_other_site(client, credential):
    for response in [
        page(client, credential),
        page(client, credential, accept="application/json"),
        page(client, unknown()),
        client.get("/verify/"),
        client.get(f"/C/{credential.code}"),
    ]:
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex' in page(client, credential).content.decode()


def test_a_visitor_gets_no_cookie(client, credential):
    for response in [page(client, credential), page(client, unknown()), client.get("/verify/")]:
        assert not response.cookies


# Guessing: C04 ---------------------------------------------------------------------------------


def test_whoever_misses_too_often_gets_no_answer_for_the_rest_of_the_minute(client, credential):
    for _ in range(MISSES_A_MINUTE):
        assert page(client, unknown()).status_code == 404
    refused = page(client, unknown())
    assert refused.status_code == 429
    assert refused["Retry-After"] == "60"
    # Not a hit either: an answer here would be as good as a search.
    assert page(client, credential).status_code == 429
    assert as_json(client, credential)[1]["standing"] == "not_checked"
    # Another address, and the next minute, are answered.
    assert Client(REMOTE_ADDR="10.1.2.3").get(f"/verify/{credential.number}/").status_code == 200
    with time_machine.travel(NOW + timedelta(seconds=61), tick=False):
        assert page(client, credential).status_code == 200


def test_good_numbers_are_never_held_up(client, credential):
    for _ in range(MISSES_A_MINUTE * 2):
        assert page(client, credential, accept="application/json").status_code == 200


def test_a_forged_address_is_not_believed(client, site):
    for count in range(MISSES_A_MINUTE):
        page(client, unknown(), x_forwarded_for=f"10.0.0.{count}")
    assert page(client, unknown(), x_forwarded_for="10.9.9.9").status_code == 429


def test_addresses_of_one_ipv6_network_are_one(site):
    for count in range(MISSES_A_MINUTE):
        Client(REMOTE_ADDR=f"2001:db8::{count + 1:x}").get(f"/verify/{unknown()}/")
    assert Client(REMOTE_ADDR="2001:db8::ffff").get(f"/verify/{unknown()}/").status_code == 429
    assert Client(REMOTE_ADDR="2001:db8:1::1").get(f"/verify/{unknown()}/").status_code == 404


def test_a_caller_without_an_address_is_answered(site, credential):
    assert Client(REMOTE_ADDR="").get(f"/verify/{credential.number}/").status_code == 200


def test_the_address_of_whoever_missed_is_not_kept(client, site):
    page(client, unknown())
    request = page(client, unknown()).wsgi_request
    assert "127.0.0.1" not in key_for(request, NOW)


def test_all_unknown_numbers_get_an_answer_of_one_length(client, site):
    lengths = {len(page(client, unknown()).content) for _ in range(20)}
    assert len(lengths) == 1


# Queries -----------------------------------------------------------------------------------------


def test_a_warm_page_costs_three_queries_at_most(client, credential, django_assert_max_num_queries):
    suspend(credential, by=make.user(), reason="x", at=NOW)
    restore(credential, by=make.user(), reason="x", at=NOW)
    page(client, credential)
    with django_assert_max_num_queries(3):
        assert page(client, credential).status_code == 200
    with django_assert_max_num_queries(2):
        assert as_json(client, credential)[0] == 200


def test_more_history_costs_no_more_queries(client, credential, django_assert_num_queries):
    registrar = make.user()
    for _ in range(5):
        suspend(credential, by=registrar, reason="x", at=NOW)
        restore(credential, by=registrar, reason="x", at=NOW)
    with django_assert_num_queries(1):
        found = look_up(credential.number)
        assert public_facts(found, checked_at=NOW)["standing"] == "current"


# At once, and to the second: C12 -------------------------------------------------------------------


def test_what_a_registrar_decides_is_told_at_once(client, credential):
    registrar = make.user()
    assert as_json(client, credential)[1]["standing"] == "current"
    suspend(credential, by=registrar, reason="x", at=NOW)
    assert verdict(page(client, credential)) == "Suspended"
    restore(credential, by=registrar, reason="x", at=NOW)
    assert verdict(page(client, credential)) == "Current"
    revoke(credential, by=registrar, reason="x", at=NOW)
    assert verdict(page(client, credential)) == "Revoked"
    assert as_json(client, credential)[1]["standing"] == "revoked"


@pytest.mark.parametrize(
    "zone",
    [
        "UTC",
        "Europe/London",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Apia",
    ],
)
def test_it_expires_at_the_end_of_its_last_day_where_its_issuer_is(client, site, zone):
    credential = make.credential(
        make.award(issuer=make.issuer(time_zone=zone), valid_months=6), at=make.NOON
    )
    last = credential.expires_on
    midnight = datetime(last.year, last.month, last.day, tzinfo=ZoneInfo(zone)) + make.DAY
    midnight = midnight.astimezone(UTC)
    with time_machine.travel(midnight - timedelta(seconds=1), tick=False):
        assert as_json(client, credential)[1]["standing"] == "current"
        assert verdict(page(client, credential)) == "Current"
    with time_machine.travel(midnight, tick=False):
        assert as_json(client, credential)[1]["standing"] == "expired"
        assert verdict(page(client, credential)) == "Expired"


def test_a_number_drawn_is_one_that_is_read():
    for _ in range(200):
        code = random_code()
        assert parse_code(formatted("PSW", code)) == code
        assert tidy_number(f"psw{code.lower()}") == formatted("PSW", code)
