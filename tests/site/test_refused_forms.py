"""Every form of the site, refused: the error is in view with the focus, and leads to each field."""

import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from bs4 import BeautifulSoup
from django.conf import settings
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from assessments.attempting import submit_attempt
from certificates.renewal.rules import Rule
from certificates.revoking import suspend
from tests import make
from tests.certificates.renewal import making
from tests.people.organisations import making as organising
from tests.site.addresses import every_address, filled
from tests.site.refusals import fields_to_fill, problems

pytestmark = pytest.mark.django_db

ADA = "ada@peerwork.example"
JOINING = {
    "email": "new@peerwork.example",
    "full_name": "Zoë Ångström",
    "password1": "quiet-river-stone",
    "agreement": "on",
}


@pytest.fixture
def ada():
    return make.user(ADA, full_name="Ada Okafor")


@pytest.fixture
def signed_in(client, ada):
    client.post("/accounts/login/", {"login": ADA, "password": make.PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    return client


# By everyone ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("/accounts/signup/", {}),
        ("/accounts/signup/", {**JOINING, "password1": "short"}),
        ("/accounts/signup/", {**JOINING, "agreement": ""}),
        ("/accounts/login/", {}),
        ("/accounts/login/", {"login": ADA, "password": "not-the-password"}),
        ("/accounts/login/code/", {"email": "nothing"}),
        ("/accounts/password/reset/", {"email": ""}),
        ("/verify/many/", {"numbers": ""}),
        ("/verify/receipts/", {"receipt": ""}),
    ],
)
def test_a_visitors_form_that_is_refused_helps(client, ada, url, fields):
    assert problems(client.post(url, fields)) == []


def test_a_password_with_two_faults_is_one_thing_to_look_at(client):
    page = client.post("/accounts/signup/", {**JOINING, "password1": "1234567"}).content.decode()
    summary = BeautifulSoup(page, "html.parser").select_one("[data-error-summary]")
    assert len(summary.select("li")) > 1
    assert "One thing below" in summary.get_text()


def test_a_wrong_code_after_signing_up_helps(client):
    client.post("/accounts/signup/", JOINING)
    assert problems(client.post("/accounts/confirm-email/", {"code": "0000-0000"})) == []


def test_a_wrong_sign_in_code_helps(client, ada):
    client.post("/accounts/login/code/", {"email": ADA})
    assert problems(client.post("/accounts/login/code/confirm/", {"code": "0"})) == []


def test_a_wrong_second_step_helps(client, ada):
    TOTP.activate(ada, generate_totp_secret())
    client.post("/accounts/login/", {"login": ADA, "password": make.PASSWORD})
    assert problems(client.post("/accounts/2fa/authenticate/", {"code": "000"})) == []


def test_a_new_password_that_is_refused_helps(client, ada):
    client.post("/accounts/password/reset/", {"email": ADA})
    link = re.search(r"https?://[^/]+(\S+)", mail.outbox[-1].body)[1]
    form = client.get(link, follow=True)
    url = form.redirect_chain[-1][0]
    assert problems(client.post(url, {"password1": "short"})) == []


@pytest.mark.parametrize("typed", ["PSW-1", ""])
def test_a_mistyped_certificate_number_helps(client, typed):
    make.home()
    page = client.get("/verify/", {"number": typed})
    assert problems(page) == []
    field = BeautifulSoup(page.content, "html.parser").find(id="id_number")
    assert field["value"] == typed
    assert not field.has_attr("required"), "a browser would stop it in its own words"


# By someone signed in -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("/accounts/profile/", {"full_name": "", "language": "en", "time_zone": "UTC"}),
        ("/accounts/profile/", {"full_name": "Ada", "language": "xx", "time_zone": "No/where"}),
        ("/accounts/email/", {"email": "nothing", "action_add": "1"}),
        ("/accounts/password/change/", {"oldpassword": "wrong", "password1": "short"}),
        ("/accounts/reauthenticate/", {"password": "wrong"}),
        ("/accounts/2fa/totp/activate/", {"code": "1"}),
        ("/accounts/2fa/webauthn/add/", {"name": ""}),
    ],
)
def test_a_form_of_an_account_that_is_refused_helps(signed_in, url, fields):
    assert problems(signed_in.post(url, fields)) == []


def test_a_form_of_an_organisation_that_is_refused_helps(signed_in, ada):
    organisation = organising.organisation(ada)
    for name, fields in [
        ("new", {"name": "Look at www.example.org"}),
        ("rename", {"name": ""}),
        ("members", {"email": "nobody", "role": "captain"}),
        ("keys", {"name": ""}),
    ]:
        arguments = [] if name == "new" else [organisation.pk]
        page = signed_in.post(reverse(f"organisations:{name}", args=arguments), fields)
        assert page.status_code == 422
        assert problems(page) == []


def test_a_form_of_watching_that_is_refused_helps(signed_in, ada):
    organisation = organising.organisation(ada)
    for name, fields in [
        ("watching", {"numbers": "", "reason": ""}),
        ("webhook", {"url": "http://10.0.0.1/"}),
    ]:
        page = signed_in.post(reverse(f"certificates:{name}", args=[organisation.pk]), fields)
        assert page.status_code == 422
        assert problems(page) == []


def test_a_form_of_showing_that_is_refused_helps(signed_in, ada):
    number = make.credential(holder=ada).number
    refused = {"strangers": {"view": "everything"}, "share_links": {"days": "8", "name": "x" * 61}}
    for name, fields in refused.items():
        page = signed_in.post(reverse(f"certificates:{name}", args=[number]), fields)
        assert page.status_code == 422
        assert problems(page) == []


def test_a_first_password_that_is_refused_helps(client):
    person = make.user(ADA)
    person.set_unusable_password()
    person.save()
    client.post("/accounts/login/code/", {"email": ADA})
    code = re.search(r"^(\d{4}-\d{4})$", mail.outbox[-1].body, re.M)[1]
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert problems(client.post("/accounts/password/set/", {"password1": "short"})) == []


def test_a_wrong_code_to_confirm_who_it_is_helps(signed_in, ada):
    TOTP.activate(ada, generate_totp_secret())
    assert problems(signed_in.post("/accounts/2fa/reauthenticate/", {"code": "1"})) == []


def test_a_new_address_with_a_wrong_code_helps(signed_in):
    signed_in.post("/accounts/email/", {"email": "other@peerwork.example", "action_add": "1"})
    assert problems(signed_in.post("/accounts/confirm-email/", {"code": "1"})) == []


def test_a_key_without_a_name_helps(signed_in, ada):
    key = Authenticator.objects.create(
        user=ada, type=Authenticator.Type.WEBAUTHN, data={"name": "My phone"}
    )
    url = reverse("mfa_edit_webauthn", args=[key.pk])
    assert problems(signed_in.post(url, {"name": ""})) == []


@pytest.mark.parametrize("typed_name", ["", "Somebody Else"])
def test_a_refused_signature_helps(signed_in, typed_name):
    version = make.statement()
    url = reverse("certificates:sign", args=[version.statement.slug])
    page = signed_in.post(url, {"version": version.pk, "typed_name": typed_name})
    assert page.status_code == 422
    assert problems(page) == []
    html = page.content.decode()
    assert html.index("I meet each person") < html.index("data-error-summary")
    assert html.index("data-error-summary") < html.index('id="id_typed_name"')


def test_what_a_form_carries_unseen_is_said_too(signed_in):
    version = make.statement()
    url = reverse("certificates:sign", args=[version.statement.slug])
    assert problems(signed_in.post(url, {"version": "x", "typed_name": "Ada Okafor"})) == []


def about_to_lapse(holder):
    """A credential that may be renewed today."""
    issued = timezone.now() - 700 * make.DAY
    return make.credential(make.award(valid_months=24), holder, at=issued)


@pytest.mark.parametrize(
    ("name", "fields"), [("correct", {"name": ""}), ("renew", {"words": "x" * 2001})]
)
def test_what_a_holder_asks_and_is_refused_helps(signed_in, ada, name, fields):
    url = reverse(f"certificates:{name}", args=[about_to_lapse(ada).number])
    page = signed_in.post(url, fields)
    assert page.status_code == 422
    assert problems(page) == []


def to_renew(holder):
    """A credential with a rule that asks for hours and for a signature."""
    version = make.statement()
    award = make.award(valid_months=24)
    rule = Rule(minutes=600, statement=version.statement.slug)
    making.rule_of(award, rule, effective_on=(timezone.now() - 800 * make.DAY).date())
    return make.credential(award, holder, at=timezone.now() - 700 * make.DAY)


@pytest.mark.parametrize("fields", [{}, {"title": "Ward", "hours": "x"}])
def test_an_entry_for_a_renewal_that_is_refused_helps(signed_in, ada, fields):
    credential = to_renew(ada)
    evidence = making.evidence(credential)
    for name, last in (("enter_evidence", "hours"), ("change_evidence", evidence.pk)):
        page = signed_in.post(
            reverse(f"certificates:{name}", args=[credential.number, last]), fields
        )
        assert page.status_code == 422
        assert problems(page) == []


def test_ones_side_of_a_decision_without_a_word_helps(signed_in, ada):
    credential = about_to_lapse(ada)
    suspend(credential, by=make.user(), reason="x", at=timezone.now())
    url = reverse("certificates:contest", args=[credential.number])
    page = signed_in.post(url, {"words": ""})
    assert page.status_code == 422
    assert problems(page) == []


def test_a_day_that_nobody_can_choose_to_be_reminded_at_helps(signed_in, ada):
    url = reverse("certificates:reminders", args=[about_to_lapse(ada).number])
    page = signed_in.post(url, {"stages": ["8"]})
    assert page.status_code == 422
    assert problems(page) == []


def test_a_signature_for_a_renewal_that_is_refused_helps(signed_in, ada):
    url = reverse("certificates:sign_again", args=[to_renew(ada).number])
    page = signed_in.post(url, {"version": "1", "typed_name": ""})
    assert page.status_code == 422
    assert problems(page) == []


# By staff -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "name", "arguments", "fields"),
    [
        ("registrar", "credentials:issue", [], {"email": "nobody"}),
        ("registrar", "bulk_issues:index", [], {"evidence": ""}),
        ("registrar", "bulk_changes:index", [], {"numbers": "", "note": ""}),
        ("registrar", "credentials:change", ["credential_id", "suspend"], {"reason": ""}),
        ("registrar", "credentials:replace", ["credential_id"], {"name": "", "reason": ""}),
        ("registrar", "credential_reviews:decide", ["review_id"], {"decision": ""}),
        ("registrar", "proposals:proposal", ["proposal_id"], {"decision": "decline"}),
        ("registrar", "credentials:note", ["credential_id"], {"text": ""}),
        ("registrar", "renewal_evidence:decide", ["evidence_id"], {"answer": ""}),
        ("registrar", "renewal_rules:award", ["award_id"], {"months": "0"}),
        ("registrar", "holder_requests:answer", ["request_id"], {"answer": ""}),
        ("trainer", "conversations:bring_in", [], {"lines": "{"}),
        ("lead trainer", "attempts:end", ["enrolment_id"], {"ends_at_0": "x"}),
        ("lead trainer", "remarking:question", ["question_id"], {"whom": "", "reason": ""}),
    ],
)
def test_a_form_of_staff_that_is_refused_helps(world, browser_of, actor, name, arguments, fields):
    url = reverse(name, args=[world.real.get(each, each) for each in arguments])
    browser = browser_of(actor)
    query = "?way=full_mark" if name == "remarking:question" else ""
    response = browser.post(url + query, fields)
    assert response.status_code == 422
    assert problems(response) == []


def test_a_renewal_that_is_refused_helps(world, browser_of):
    credential = about_to_lapse(world.people["learner"])
    url = reverse("credentials:renew", args=[credential.pk])
    response = browser_of("registrar").post(url, {"name": "", "reason": ""})
    assert response.status_code == 422
    assert problems(response) == []


def test_a_red_line_recorded_or_taken_back_without_a_word_helps(world, browser_of):
    red_lines = [make.single_choice(red_line=True) for _ in range(2)]
    page = make.quiz_page(world.module, make.quiz(red_lines))
    attempt = make.attempt(world.places["classmate"], page, at=world.at)
    submit_attempt(attempt, base=0, at=world.at)
    lead = browser_of("lead trainer")
    arguments = [attempt.pk, attempt.paper_items[0].pk]
    for name in ("attempts:talked_through", "attempts:take_back_talk"):
        url = reverse(name, args=arguments)
        response = lead.post(url, {"reason": ""})
        assert response.status_code == 422
        assert problems(response) == []
        lead.post(url, {"reason": "By phone."})


# All of them -----------------------------------------------------------------------------------

REFUSED_ABOVE = {
    "account_signup",
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "certificates:verify",
    "organisations:new",
    "organisations:rename",
    "organisations:keys",
    "organisations:members",
    "certificates:watching",
    "certificates:webhook",
    "certificates:strangers",
    "certificates:share_links",
    "certificates:verify_number",
    "account_profile",
    "account_email",
    "account_change_password",
    "account_set_password",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "certificates:sign",
    "certificates:correct",
    "certificates:renew",
    "credentials:issue",
    "bulk_issues:index",
    "bulk_changes:index",
    "certificates:verify_many",
    "certificates:verify_receipt",
    "credentials:change",
    "credentials:replace",
    "credentials:renew",
    "credential_reviews:decide",
    "proposals:proposal",
    "holder_requests:answer",
    "renewal_rules:award",
    "renewal_evidence:decide",
    "credentials:note",
    "certificates:enter_evidence",
    "certificates:change_evidence",
    "certificates:sign_again",
    "certificates:reminders",
    "certificates:contest",
    "attempts:talked_through",
    "attempts:take_back_talk",
    "attempts:end",
    "remarking:question",
    "conversations:bring_in",
}
NEVER_REFUSED = {
    "certificates:watched": "boxes to tick, each of which may be left",
    "certificates:watch_from_list": "the form of the list of watches, which takes it",
    "search": "whatever is typed is looked for",
    "help": "one of a list is chosen, and anything else is ignored",
    "assessments:attempt": "what is given is saved, and what is not its own is ignored",
    "assessments:result": "it shows what was given",
    "practice:returns": "one of three is chosen, and anything else is ignored",
    "courses:reflections": "it shows what was written",
    "courses:notes": "it shows what was written",
    "learners:index": "a search of a list, and a filter",
    "attempts:index": "a filter of a list",
    "attempts:of_quiz": "a filter of a list",
    "remarking:quiz": "the same view as for a question",
    "attempts:inspect": "what was given is shown with its fields turned off",
    "credentials:index": "a filter of a list",
    "credentials:inspect": "buttons",
    "bulk_changes:change": "buttons",
    "bulk_issues:bulk": "boxes to tick, each of which may be left",
}
OURS_FOR_STAFF = (
    "admin/credentials/",
    "admin/attempts/",
    "admin/learners/",
    "admin/re-marks/",
    "admin/credential-reviews/",
    "admin/credential-requests/",
    "admin/renewal-rules/",
    "admin/renewal-evidence/",
    "admin/credential-notes/",
    "admin/bulk-issues/",
    "admin/bulk-changes/",
    "admin/credential-proposals/",
    "admin/changes/",
)


def is_ours(address):
    if not address.route.startswith("admin/"):
        return bool(address.name) and not address.route.startswith(("documents/", "media/"))
    return address.route.startswith(OURS_FOR_STAFF)


def test_every_form_to_fill_in_is_refused_above_or_never(world, browser_of):
    browsers = [browser_of(actor) for actor in ("visitor", "learner", "superuser")]
    unknown = {}
    for address in filter(is_ours, every_address()):
        if address.name in REFUSED_ABOVE | NEVER_REFUSED.keys():
            continue
        for browser in browsers:
            response = browser.get(filled(address, world.real))
            if response.status_code != 200 or "html" not in response["Content-Type"]:
                continue
            forms = [
                form
                for form in fields_to_fill(response.content.decode())
                if form[0] not in {"/search/", "/verify/"}
            ]
            if forms:
                unknown[str(address)] = forms
    assert not unknown


def test_no_form_is_named_that_there_is_not():
    names = {address.name for address in every_address()}
    assert REFUSED_ABOVE | NEVER_REFUSED.keys() <= names


TEMPLATES = Path(settings.BASE_DIR) / "templates"
SUMMARY_OF = {"field": "form_errors", "staff_field": "staff_form_errors"}


@pytest.mark.parametrize("component", SUMMARY_OF)
def test_no_template_shows_a_field_without_the_summary_of_its_form(component):
    """Also where a form cannot be refused by a test, because a browser's own device fills it in."""
    include = re.compile(rf'components/{component}\.html" with field=([\w.]+)\.\w+ only')
    without = []
    for path in TEMPLATES.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        forms = set(include.findall(html))
        without += [
            f"{path.name}: {form}"
            for form in forms
            if f'components/{SUMMARY_OF[component]}.html" with form={form} only' not in html
        ]
    assert without == []


def test_wagtails_own_field_is_not_used_on_our_pages():
    """It does not tie its error to the field for those who listen."""
    ours = [
        path
        for app in ("certificates", "assessments")
        for path in (TEMPLATES / app).rglob("*.html")
    ]
    assert ours
    assert [path.name for path in ours if "{% formattedfield" in path.read_text()] == []
