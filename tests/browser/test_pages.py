"""Every page, as a browser shows it: without barriers in light and in dark, and keeping to
this host and to its policy."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import expect

from assessments.models import QUESTION_KINDS
from tests.browser import learners
from tests.browsers import PHONE

pytestmark = pytest.mark.browser

AXE = AXE_FILE_PATH.read_text()
RUN_AXE = """async ([within, without]) => {
  const found = await axe.run(
    { include: within, exclude: without },
    { resultTypes: ["violations"], runOnly: [
      "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice",
    ] },
  );
  return found.violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.target} ${node.any.map((why) => why.message)}`));
}"""

STANDING_PAGES = [
    "/about/",
    "/organisations/",
    "/accessibility/",
    "/privacy/",
    "/help-with-learning/",
]
COURSE = "/courses/foundations-of-peer-support/"
FOR_VISITORS = [
    "/",
    "/courses/",
    COURSE,
    "the first module",
    "the first lesson",
    "the first quiz",
    "/verify/",
    "/verify/PSW-2222-2222-2222/",
    "/verify/?number=PSW-2222",
    "current",
    "expired",
    "suspended",
    "revoked",
    *STANDING_PAGES,
    "/help/",
    "/help/card/",
    "/glossary/",
    "/search/",
    "/search/?q=listening",
    "/search/?q=nothinglikethis",
    "/accounts/login/",
    "/accounts/login/code/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/demonstration/mail/",
    "/there-is-no-such-page/",
]
FOR_A_LEARNER = [
    "/",
    COURSE,
    "the first module",
    "a finished lesson",
    "the open lesson",
    "a locked lesson",
    "a locked quiz",
    "a passed quiz",
    "a quiz begun",
    "the paper",
    "looking over",
    "/help/",
    "a result",
    "a result not passed",
    "/learn/",
    "/learn/reflections/",
    "/certificates/statements/code-of-ethics/",
    "/search/?q=listening",
    "/accounts/profile/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/sessions/",
    "/accounts/logout/",
    "/admin/",
]
FOR_A_GRADUATE = [
    COURSE,
    "/learn/",
    "/certificates/statements/code-of-ethics/",
    "a certificate of one's own",
    "asking for a name",
]
FOR_A_NEWCOMER = ["/learn/", "/learn/reflections/", COURSE]

SITUATIONS = """
from django.utils import timezone
from certificates.models import Credential, Statement
from assessments.attempting import save_responses, start_attempt, submit_attempt
from courses.own_words import save_reflection
from assessments.models import Attempt, QuizPage
from courses.models import CoursePage, Enrolment, LessonPage
from courses.outlines import outline_of
from lms.shipped.demonstration import credentials, summary
from lms.shipped.pieces import key_of

at = timezone.now()
learner, begun = arguments
course = CoursePage.objects.get(translation_key=key_of("course"), locale__language_code="en")
outline = outline_of(course)
enrolment = Enrolment.objects.get(learner__email=learner)
first, second = outline.modules[:2]
passed = Attempt.objects.get(enrolment=enrolment, quiz__pages__pk=first.steps[-1].page_id)
failed = start_attempt(enrolment, QuizPage.objects.get(pk=first.steps[-1].page_id), at=at)
submit_attempt(failed, base=0, at=at)
lesson = next(
    one for one in LessonPage.objects.descendant_of(course).order_by("path")
    if any(block.block_type == "reflection" for block in one.body)
)
block = next(one for one in lesson.body if one.block_type == "reflection")
answer = {one["standing"]: f"/verify/{one['number']}/" for one in summary(base_url="", at=at)["credentials"]}
own = next(one.number for one in credentials() if one.name == "Rosa Delgado")
answer |= {
    "a certificate of one's own": f"/certificates/{own}/",
    "asking for a name": f"/certificates/{own}/correct/",
    "the first module": first.url,
    "the first lesson": first.steps[0].url,
    "the first quiz": first.steps[-1].url,
    "a finished lesson": first.steps[0].url,
    "the open lesson": second.steps[0].url,
    "a locked lesson": outline.modules[3].steps[0].url,
    "a locked quiz": outline.finals[0].url,
    "a passed quiz": first.steps[-1].url,
    "a quiz begun": second.steps[-1].url,
    "the paper": f"/quizzes/{begun}/",
    "looking over": f"/quizzes/{begun}/finish/",
    "a result": f"/quizzes/{passed.pk}/result/",
    "a result not passed": f"/quizzes/{failed.pk}/result/",
}
"""


@pytest.fixture(scope="session")
def somebody(site_server):
    return learners.bring(
        site_server, "pages", up_to="quiz:FPS-2", begun="quiz:FPS-2", every_kind=True
    )


@pytest.fixture(scope="session")
def newcomer(site_server):
    return learners.bring(site_server, "pages-new")


@pytest.fixture(scope="session")
def graduate(site_server):
    return learners.bring(site_server, "graduate")


@pytest.fixture(scope="session")
def trainer(site_server):
    return learners.bring(site_server, "admin")


@pytest.fixture(scope="session")
def address(site_server, somebody):
    """The address of a situation; an address stays as it is."""
    addresses = site_server.ask(SITUATIONS, somebody.email, somebody.attempt)

    def address(named):
        return named if named.startswith("/") else addresses[named]

    return address


def barriers(page, within=("html",), without=()):
    """What axe finds wrong on the page as it is now."""
    page.evaluate(AXE)
    return page.evaluate(RUN_AXE, [list(within), list(without)])


def assert_no_barriers(page, addresses, address, **options):
    """Each page in light and then in dark, with everything on it that opens standing open."""
    faults = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for named in addresses:
            page.goto(address(named))
            page.evaluate(
                "document.querySelectorAll('main details').forEach((one) => { one.open = true })"
            )
            faults += [f"{named} in {scheme}: {barrier}" for barrier in barriers(page, **options)]
    assert not faults, "\n".join(faults)


def test_a_visitors_pages_have_no_barriers(open_page, address):
    assert_no_barriers(open_page(), FOR_VISITORS, address)


def test_a_visitors_pages_have_no_barriers_on_a_phone(open_page, address):
    page = open_page(**PHONE)
    assert_no_barriers(page, ["/", COURSE, "current", "/accounts/signup/"], address)


def test_a_learners_pages_have_no_barriers(page_of, somebody, address):
    assert_no_barriers(page_of(somebody), FOR_A_LEARNER, address)


def test_a_learners_pages_have_no_barriers_on_a_phone(page_of, somebody, address):
    page = page_of(somebody, **PHONE)
    assert_no_barriers(page, ["/learn/", "the open lesson", "the paper", "a result"], address)


def test_a_newcomers_and_a_graduates_pages_have_no_barriers(page_of, newcomer, graduate, address):
    assert_no_barriers(page_of(newcomer), FOR_A_NEWCOMER, address)
    assert_no_barriers(page_of(graduate), FOR_A_GRADUATE, address)


def test_a_form_with_mistakes_has_no_barriers(open_page):
    page = open_page()
    page.goto("/accounts/signup/")
    page.locator("form.card").evaluate("(form) => { form.noValidate = true }")
    page.get_by_role("button", name="Make my account").click()
    expect(page.locator(".field__error").nth(2)).to_be_visible()
    assert barriers(page) == []


def test_too_many_wrong_passwords_are_answered_without_barriers(open_page):
    page = open_page()
    for _ in range(6):
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill("nobody-at-all@peerwork.example")
        page.get_by_label("Password").fill("not-the-password")
        with page.expect_navigation():
            page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("main")).to_contain_text("several times")
    assert barriers(page) == []


def test_an_unreadable_form_is_answered_without_barriers(page_of, somebody):
    """A form from another site, or one kept too long, is refused on a page of ours."""
    page = page_of(somebody)
    page.goto("/learn/")
    page.context.clear_cookies(name="csrftoken")
    page.locator("[name=made_for]").evaluate_all("all => all.forEach((each) => each.remove())")
    page.get_by_role("banner").get_by_role("button", name="Sign out").locator(
        "visible=true"
    ).click()
    expect(page.locator("main")).to_contain_text("403")
    assert barriers(page) == []


WAGTAILS_OWN = (".Draftail-Editor", ".tagit", ".w-minimap__list", ".w-w-fit")


ROW_OF_A_LIST = re.compile(
    r"landmark-unique: (#block-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-section)\b"
)
ROWS_OF_A_LIST = "section.w-panel--nested:is([data-streamfield-child] *)"


def is_named_by_wagtail(page, barrier):
    """Whether it is that two rows of one list have one name: Wagtail names each after its kind.

    Any other landmark of the page, in a row as well, is ours to name.
    """
    row = ROW_OF_A_LIST.match(barrier)
    return bool(row) and page.locator(row[1]).evaluate(
        "(found, rows) => found.matches(rows)", ROWS_OF_A_LIST
    )


def barriers_of_ours(page):
    """What of a staff page is no part of Wagtail's."""
    all_barriers = barriers(page, ("main",), WAGTAILS_OWN)
    return [barrier for barrier in all_barriers if not is_named_by_wagtail(page, barrier)]


def staff_addresses():
    return [
        "/admin/",
        "/admin/questions/",
        "/admin/questions/add/",
        *[f"/admin/snippets/assessments/{kind._meta.model_name}/add/" for kind in QUESTION_KINDS],
        "/admin/snippets/assessments/quiz/",
        "/admin/credentials/",
    ]


def test_staff_pages_have_no_barriers_of_ours(page_of, trainer):
    """Wagtail's frame, its rich text editor and its tag field are Wagtail's."""
    page = page_of(trainer)
    faults = []
    for named in staff_addresses():
        assert page.goto(named).status == 200, named
        faults += [f"{named}: {barrier}" for barrier in barriers_of_ours(page)]
    assert not faults, "\n".join(faults)


def test_staff_pages_keep_to_this_host_and_to_their_policy(page_of, trainer, site_server, outline):
    """The watch of `page_of` notices; here the pages with the most of Wagtail's scripts are opened."""
    lesson = site_server.ask(
        "from assessments.models import Quiz\n"
        "from courses.models import LessonPage\n"
        "answer = [LessonPage.objects.first().pk, Quiz.objects.first().pk]"
    )
    page = page_of(trainer)
    for named in (
        f"/admin/pages/{lesson[0]}/edit/",
        f"/admin/snippets/assessments/quiz/edit/{lesson[1]}/",
        "/admin/images/add/",
        "/admin/reports/",
        "/admin/account/",
    ):
        page.goto(named)
        page.wait_for_load_state("networkidle")
