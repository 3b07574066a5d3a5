"""Whatever is typed or pasted gives that very credential, or none."""

from __future__ import annotations

import re
import unicodedata

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates.models import Credential
from certificates.numbers import (
    ALPHABET,
    Mistyped,
    formatted,
    likely_numbers,
    likely_within,
    parse_code,
    random_code,
)
from certificates.verifying import extract_number, look_up, tidy_number
from tests.certificates.views.verify_page import (
    as_json,
    page,
    slipped,
    unknown,
    verdict,
    words_of,
)

pytestmark = pytest.mark.usefixtures("ten_days_on")


# What is not there ---------------------------------------------------------------------------


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
    response = page(client, number)
    assert response.status_code == 404
    assert "slip" in words_of(response)
    assert f'value="{number}"' in response.content.decode()


def test_nothing_is_looked_up_for_what_cannot_be_a_number(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        for typed in ["", " ", "-", "PSW", "PSW-", "0", "None", "null", "%", "x" * 5000]:
            with pytest.raises(Mistyped):
                look_up(typed)


@settings(
    max_examples=2000,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
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
        credential_found = look_up(typed)
    except Mistyped:
        return
    plain = unicodedata.normalize("NFKC", extract_number(typed)).upper()
    symbols = re.sub(r"[^0-9A-Z]", "", plain)
    assert (credential_found is not None) == symbols.endswith(code)


NOISE = " \t\n-‐‑‒–—−._,;:!?'\"“”‘’«»()[]{}<>*|\u00a0\u00ad\u200b\u200e\u202e\u2066\u2069\ufeff"
"""What comes along with a number that is copied, and says nothing."""


@settings(max_examples=500, deadline=None)
@given(code=st.builds(random_code), data=st.data())
def test_whatever_stands_around_and_between_the_symbols_hides_none(code, data):
    noise = st.text(NOISE, max_size=3)
    typed = "".join(
        data.draw(noise)
        + data.draw(st.sampled_from([symbol, symbol.lower(), chr(ord(symbol) + 0xFEE0)]))
        for symbol in data.draw(st.sampled_from(["", "PSW", "UK"])) + code
    ) + data.draw(noise)
    assert parse_code(extract_number(typed)) == code
    assert tidy_number(typed).replace("-", "").endswith(code)


def test_a_full_stop_between_two_symbols_makes_no_link_of_them():
    """“9.bK” looks like the address of a site, and what is before it was lost."""
    typed = "PSW-VV8K 9.bK?8−M\u00a0rrs"
    assert parse_code(extract_number(typed)) == "VV8K9BK8MRRS"


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


def test_the_form_takes_a_number_or_a_pasted_link(client, credential, settings):
    settings.BASE_URL = "https://learn.example.org"
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
        f"My number is {credential.number}, with many thanks.",
        f"Certificate number: {credential.number.replace('-', ' ')} (see the paper)",
        f"Please check {credential.number.lower()} before Monday 24",
        f"Have a look at https://learn.example.org/verify/{credential.number}/ please.",
        f"{credential.number}\nAda Okafor\nFoundations of Peer Support",
    ]:
        response = client.get("/verify/", {"number": typed}, follow=True)
        assert response.status_code == 200, typed
        assert response.request["PATH_INFO"] == f"/verify/{credential.number}/"


def test_two_numbers_in_a_sentence_are_offered_and_none_is_chosen(client, credential):
    other = unknown()
    response = client.get("/verify/", {"number": f"{credential.number} or {other}?"})
    assert response.status_code == 404
    assert "Choose the one that you mean" in words_of(response)
    for number in (credential.number, other):
        assert f'href="/verify/{number}/"' in response.content.decode()


@pytest.mark.parametrize(
    "link",
    [
        "https://peerwork-check.example/verify/{number}/",
        "http://learn.example.org.evil.example/verify/{number}/",
        "https://learn.example.org@evil.example/verify/{number}/",
        "evil.example/verify/{number}",
        "//evil.example/C/{code}",
        "Look: https://EVIL.example/verify/?number={number} (mine)",
        "evil.example?number={number}",
        "evil.example:8080?n={number}",
        "evil.example#{number}",
        "http:\\\\evil.example\\verify\\{number}",
        "somebody@evil.example/{number}",
    ],
)
def test_a_link_to_another_site_is_refused_with_a_warning(client, credential, link, settings):
    settings.BASE_URL = "https://learn.example.org"
    pasted = link.format(number=credential.number, code=credential.code)
    response = client.get("/verify/", {"number": pasted})
    assert response.status_code == 404
    said = words_of(response)
    assert verdict(response) == "This is a link to another site"
    assert ".example" in said.split("It leads to")[1]
    assert "learn.example.org" in said
    assert credential.name not in said
    answer = client.get("/verify/", {"number": pasted}, headers={"accept": "application/json"})
    assert answer.json()["standing"] == "other_site"


def test_what_is_said_of_another_site_is_text_alone(client, site):
    response = client.get("/verify/", {"number": "https://<b>evil</b>.example/x"})
    assert "<b>evil</b>" not in response.content.decode()


# Did you mean -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "wrong"), [*zip("5S8B2Z", "S5B8Z2", strict=True), *zip("DQ7T", "0O1I", strict=True)]
)
def test_a_slip_of_signs_that_look_alike_is_offered_and_not_looked_up(
    client, site, right, wrong, django_assert_num_queries
):
    code = next(code for code in iter(random_code, "") if right in code)
    number, typed = formatted("PSW", code), formatted("PSW", code.replace(right, wrong, 1))
    assert number in likely_numbers(typed)
    assert len(likely_numbers(typed)) <= 3
    client.get("/verify/")
    with django_assert_num_queries(0):
        answer = client.get(
            "/verify/", {"number": typed}, headers={"accept": "application/json"}
        ).json()
    assert answer["standing"] == "mistyped"
    assert number in answer["did_you_mean"]
    response = client.get("/verify/", {"number": typed})
    assert f'href="/verify/{number}/"' in response.content.decode()


def test_a_figure_in_the_prefix_was_a_letter():
    code = random_code()
    assert likely_numbers(f"P5W-{code}") == [formatted("PSW", code)]


def test_a_slip_is_found_in_a_sentence_too(client, credential):
    """`5` for `S` and the like, in a number among words."""
    code = next(each for each in iter(random_code, "") if set(each) & set("5S8B2Z"))
    place = next(place for place, symbol in enumerate(code) if symbol in "5S8B2Z")
    slip = code[:place] + "S5B8Z2"["5S8B2Z".index(code[place])] + code[place + 1 :]
    typed = f"Her number is {formatted('PSW', slip)}, thanks for asking"
    assert formatted("PSW", code) in likely_within(typed)
    response = client.get("/verify/", {"number": typed})
    assert f'href="/verify/{formatted("PSW", code)}/"' in response.content.decode()
    assert likely_within("Nothing here that looks like some such") == []


def test_nothing_is_offered_where_it_would_be_guessing():
    for typed in ["", "PSW", "0O1I-0O1I-0O1I", "PSW-0000-7K3M-QX9R", "x" * 300, "Ж" * 12]:
        assert likely_numbers(typed) == []


@settings(max_examples=300, deadline=None)
@given(typed=st.text(ALPHABET + "0O1IL-", min_size=12, max_size=19))
def test_whatever_is_offered_could_have_been_printed(typed):
    for number in likely_numbers(typed):
        assert tidy_number(number) == number


def test_an_offer_says_nothing_of_what_was_issued(client, credential):
    """The answer to a slip is the same for a number that there is and for one that there is not."""
    code = next(c for c in iter(random_code, "") if "S" in c)
    Credential.objects.filter(pk=credential.pk).update(code=code)

    def offered():
        typed = formatted("PSW", code.replace("S", "5", 1))
        seen = client.get("/verify/", {"number": typed}).content.decode()
        assert credential.name not in seen
        return re.findall(r'href="/verify/([^"]+)/"', seen)

    there = offered()
    Credential.objects.filter(pk=credential.pk).update(code=random_code())
    assert offered() == there


def test_the_form_says_that_a_number_was_mistyped_and_keeps_it(client, site):
    response = client.get("/verify/", {"number": "PSW-<b>-nope"})
    assert response.status_code == 404
    assert 'value="PSW-&lt;b&gt;-nope"' in response.content.decode()
    assert 'aria-invalid="true"' in response.content.decode()


def test_the_form_alone_is_a_page(client, site):
    response = client.get("/verify/")
    assert response.status_code == 200
    assert "Certificate number" in words_of(response)
    assert "aria-invalid" not in response.content.decode()


def test_a_form_that_was_sent_empty_says_so(client, site):
    response = client.get("/verify/", {"number": "  "})
    assert response.status_code == 422
    assert "Type the number first" in words_of(response)


@pytest.mark.parametrize("address", ["/verify/", "/verify/PSW-7K3M-QX9R-4TWK/", "/C/7K3MQX9R4TWK"])
def test_nothing_can_be_put_there_or_taken_away(client, db, address):
    for method in [client.put, client.delete]:
        assert method(address).status_code == 405


@pytest.mark.parametrize("address", ["/verify/", "/C/7K3MQX9R4TWK"])
def test_nothing_can_be_sent_to_it_but_a_name_to_its_number(client, db, address):
    assert client.post(address).status_code == 405
    assert client.post("/verify/PSW-7K3M-QX9R-4TWK/", {"name": "Ada"}).status_code == 404


def test_a_link_without_a_number_is_mistyped():
    for typed in ["https://example.org/", "https://[", "///", "http://x/verify/"]:
        with pytest.raises(Mistyped):
            tidy_number(typed)
    assert extract_number("https://example.org/verify/abc/") == "abc"


def asked(client, typed, **headers):
    return client.get(reverse("certificates:verify"), {"number": typed}, headers=headers)


def test_two_numbers_at_once_are_no_slip_and_lead_to_the_check_of_many(client, site):
    numbers = [unknown(), unknown()]
    response = asked(client, f"Please check {numbers[0]} and {numbers[1]}")
    words = words_of(response)
    assert response.status_code == 404
    assert verdict(response) == "More than one number"
    assert all(number in words for number in numbers)
    assert "There is more than one number in this. Leave one of them here." in words
    assert reverse("certificates:verify_many") in response.content.decode()
    assert "slip, such as" not in words
    assert "Something in it was mistyped" not in words


def test_a_program_that_sends_two_numbers_is_told_so(client, site):
    typed = f"{unknown()} and {unknown()}"
    response = asked(client, typed, accept="application/json")
    answer = response.json()
    assert answer["standing"] == "mistyped"
    assert answer["message"] == "There is more than one number in this. Please check one at a time."
    assert len(answer["did_you_mean"]) == 2


def misread(number):
    """The same with one 2 or Z taken for the other; None where it has neither."""
    code = number[-14:]
    for one, other in (("2", "Z"), ("Z", "2")):
        if one in code:
            return number[:-14] + code.replace(one, other, 1)
    return None


def test_what_may_have_been_meant_is_not_said_to_have_changed_places(client, site):
    typed = next(filter(None, (misread(unknown()) for _ in range(200))))
    response = asked(client, typed)
    words = words_of(response)
    assert "Did you mean" in words
    assert "What may have been meant stands above." in words
    assert "changed places" not in words


def test_a_slip_of_which_nothing_is_likely_is_still_called_a_slip(client, site):
    words = words_of(asked(client, "PSW-WWWW-WWWW-WWWW"))
    assert "Check this for a slip, such as two symbols that changed places." in words
    assert "Did you mean" not in words


def test_a_number_of_too_few_symbols_is_told_how_many_it_has(client, site):
    words = words_of(asked(client, "PSW-6SX6-BBRV"))
    assert "Some symbols of it are missing. After its first letters a number has 12" in words
    assert "Some symbols are missing in this." in words
    assert "changed places" not in words
    assert "mistyped" not in words
    answer = asked(client, "PSW-6SX6-BBRV", accept="application/json").json()
    assert "some symbols are missing" in answer["message"]


def test_a_number_of_too_many_symbols_is_told_so(client, site):
    words = words_of(asked(client, "PSW-6SX6-BBRV-4TWK-2"))
    assert "It has too many symbols. After its first letters a number has 12" in words
    assert "This has too many symbols." in words
    assert "changed places" not in words
