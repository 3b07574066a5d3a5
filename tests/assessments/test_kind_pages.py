"""What every kind of question shows, to whoever answers it, reviews it or writes it."""

from random import Random

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags
from wagtail.test.utils.form_data import rich_text

from assessments.items import item_from_json
from assessments.kinds import KINDS
from assessments.kinds.examples import example_of
from assessments.marking import mark_item
from tests import make

pytestmark = pytest.mark.django_db

SHOWN = {"kind", "id", "stem", "note", "text", "worth"}


@pytest.fixture(autouse=True)
def one_factor_is_enough(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def item(kind):
    return make.item(kind)


def values_of(frozen, path=()):
    """Every text in the JSON of an item, with the way to it."""
    pairs = frozen.items() if isinstance(frozen, dict) else enumerate(frozen)
    for key, value in pairs:
        if isinstance(value, dict | list):
            yield from values_of(value, (*path, key))
        elif isinstance(value, str):
            yield (*path, key), value


def with_canaries(frozen):
    """The same item with a mark in every text that a learner must not see yet."""
    for path, value in list(values_of(frozen)):
        if SHOWN & set(path[-1:]) or value.replace(".", "").isdigit():
            continue
        *way, last = path
        place = frozen
        for step in way:
            place = place[step]
        place[last] = f"CANARY {value}"
    return item_from_json(frozen)


def test_its_example_may_be_published(kind):
    example_of(kind, code="X1").full_clean()


@pytest.mark.parametrize("is_answered", [False, True])
def test_nothing_that_tells_the_key_is_shown_while_answering(item, is_answered):
    given = item.right_response() if is_answered else None
    shown = with_canaries(item.to_json())
    page = render_to_string(shown.ask_template, {"item": shown, "given": given})
    assert "CANARY" not in page
    assert "datalist" not in page
    assert "pattern=" not in page


def test_what_was_given_is_there_again_when_the_page_is_opened_again(item):
    context = {"item": item, "given": item.right_response()}
    page = render_to_string(item.ask_template, context)
    assert page != render_to_string(item.ask_template, {"item": item, "given": None})


@pytest.mark.parametrize("show_key", [False, True])
def test_its_review_is_shown_for_anything_that_was_given(item, show_key):
    for given in (None, item.right_response()):
        context = {
            "item": item,
            "given": given,
            "mark": mark_item(item, given),
            "show_key": show_key,
        }
        assert item.rationale in render_to_string(item.review_template, context)


def test_every_field_has_a_label(client, kind, item):
    page = render_to_string(item.ask_template, {"item": item, "given": None})
    fields = page.count("<select") + page.count("<input") + page.count("<textarea")
    assert fields > 0
    assert page.count("<label") == fields


def preview(question, form):
    """What the preview shows an author who answered it by a form."""
    extra = {"answered_fields": form}
    return question.make_preview_request(None, "", extra).content.decode()


def test_an_author_answers_the_preview_and_reads_what_that_earns(kind):
    make.home()
    question = make.question(kind)
    item = question.freeze().deal(Random(0))
    assert "What it earns" not in preview(question, {})
    page = preview(question, item.to_form(item.right_response()))
    assert "What it earns" in page
    assert "That fits" in page


def test_the_preview_is_answered_in_its_own_address(client):
    client.force_login(make.user(is_superuser=True))
    make.home()
    question = make.question("true_false", module=make.module(make.course()))
    question.save_revision().publish()
    name = question.snippet_viewset.get_url_name
    form = {
        "code": question.code,
        "stem": rich_text(question.stem),
        "is_true": "True",
        "feedback_true": "",
        "feedback_false": "",
    }
    address = reverse(name("preview_on_edit"), args=[question.pk])
    assert client.post(address, form).json()["is_available"]
    item = question.freeze().deal(Random(0))
    page = client.get(address, item.to_form(item.right_response())).content.decode()
    assert "What it earns" in page


def test_what_is_too_long_is_refused_kindly_and_nothing_is_saved(client):
    attempt = make.attempt(quiz=make.quiz([make.question("short_answer")]))
    (item,) = attempt.paper.items
    client.force_login(attempt.enrolment.learner)
    form = {"base": "0", item.field_name: "é" * 501}
    reply = client.post(reverse("assessments:save_attempt", args=[attempt.pk]), form)
    assert (reply.status_code, reply.json()["state"]) == (422, "too_long")
    page = client.post(reverse("assessments:attempt", args=[attempt.pk]), form)
    assert page.status_code == 422
    assert "longer than 500 characters" in page.content.decode()
    assert "é" * 500 in page.content.decode()
    attempt.refresh_from_db()
    assert attempt.save_number == 0
    form[item.field_name] = "é" * 500
    reply = client.post(reverse("assessments:save_attempt", args=[attempt.pk]), form)
    assert reply.json()["state"] == "saved"


@pytest.mark.parametrize("typed", ["half \ud83d a pair", "a\u202eb", "*", "\\*", "%s{{ x }}<b>"])
def test_whatever_is_typed_is_kept_and_shown_as_text(client, typed):
    attempt = make.attempt(quiz=make.quiz([make.question("short_answer")]))
    (item,) = attempt.paper.items
    client.force_login(attempt.enrolment.learner)
    form = {"base": "0", item.field_name: typed.encode("utf-8", "surrogatepass")}
    reply = client.post(reverse("assessments:save_attempt", args=[attempt.pk]), form)
    assert reply.status_code in {200, 400}
    assert client.get(reverse("assessments:attempt", args=[attempt.pk])).status_code == 200


@pytest.fixture
def trying(client):
    client.force_login(make.user(is_superuser=True))
    address = reverse(example_of("short_answer", code="x").snippet_viewset.get_url_name("try"))

    def post(tried, *rules, **fields):
        form = {
            "tried": tried,
            "rules-count": str(len(rules)),
            "code": "",
            "stem": "null",
            **fields,
        }
        for place, (text, fraction) in enumerate(rules):
            form |= {
                f"rules-{place}-deleted": "",
                f"rules-{place}-order": str(place),
                f"rules-{place}-type": "rule",
                f"rules-{place}-id": "",
                f"rules-{place}-value-text": text,
                f"rules-{place}-value-fraction": fraction,
                f"rules-{place}-value-feedback": f"Said {place + 1}.",
            }
        return client.post(address, form)

    return post


@pytest.mark.parametrize(
    ("tried", "words"),
    [
        ("CHECK", "Rule 1 takes it. It fits the line “check”. It earns the whole mark."),
        ("anything", "Rule 2 takes it. It fits the line “*”. It earns nothing."),
        ("  ", "Type what a learner might type."),
    ],
)
def test_an_author_reads_which_rule_takes_a_text_before_anything_is_saved(trying, tried, words):
    page = trying(tried, ("check", "1"), ("*", "0"))
    text = " ".join(strip_tags(page.content.decode()).split())
    assert words in text
    assert not type(example_of("short_answer", code="x")).objects.exists()


def test_the_try_it_box_reads_the_form_as_it_stands(trying):
    assert "Rule 1" in trying("café", ("cafe", "1"), ignore_accents="on").content.decode()
    assert "No rule takes it." in trying("café", ("cafe", "1")).content.decode()


def test_only_whoever_may_write_questions_may_try_one(trying, client):
    client.force_login(make.staff("assessments.view_shortanswer"))
    assert trying("check", ("check", "1")).status_code == 302
    client.force_login(make.staff("assessments.add_shortanswer"))
    assert trying("check", ("check", "1")).status_code == 200


def test_a_kind_without_words_to_explain_has_nothing_to_try(client):
    client.force_login(make.user(is_superuser=True))
    name = example_of("true_false", code="x").snippet_viewset.get_url_name("try")
    assert client.post(reverse(name), {"tried": "x"}).status_code == 404
