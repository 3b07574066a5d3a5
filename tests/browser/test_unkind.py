"""What happens to people: no mouse, no network, two tabs, a shared computer, large letters."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import learners
from tests.browsers import PHONE

pytestmark = pytest.mark.browser

NARROW = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True}
LONG_NAME = " ".join(
    ["Bartholomea", "Wolfeschlegelsteinhausenbergerdorff", "Okonkwo-Featherstonehaugh"] * 2
)[:120]
ON_PAPER = """
() => Object.fromEntries(Object.entries({
  header: ".site-header", footer: ".site-footer", pager: ".pager", aside: ".lesson__aside",
  text: ".lesson__body",
}).map(([name, selector]) => [name, document.querySelector(selector).getClientRects().length > 0]))
"""


def expect_saved(page):
    expect(page.locator("[data-save-state]")).to_have_text("All answers saved")


def stored(site, attempt):
    """How many items of an attempt the server has a response to."""
    return site.ask(
        "from assessments.attempting import stored_responses\n"
        "from assessments.models import Attempt\n"
        "answer = len(stored_responses(Attempt.objects.get(pk=arguments[0])))",
        attempt,
    )


def results_of(site, attempt):
    return site.ask(
        "from assessments.models import Result\n"
        "answer = Result.objects.filter(attempt=arguments[0]).count()",
        attempt,
    )


def choose_first(page):
    """Answer the first question that has choices."""
    page.locator("[data-kind=single_choice] input, [data-kind=true_false] input").first.check()


def kept_here(page):
    """What this tab and this browser keep of the site."""
    return page.evaluate("[...Object.keys(sessionStorage), ...Object.keys(localStorage)]")


# Without a mouse ---------------------------------------------------------------------------


def tab_to(page, target):
    """Press Tab until something has the focus, as one would."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if target.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {target}.")


def assert_focus_is_seen(page):
    """What has the focus is outlined, or the label around it is."""
    outlines = page.evaluate(
        """() => [document.activeElement, document.activeElement.closest("label")]
          .filter(Boolean).map((one) => getComputedStyle(one))
          .filter((style) => style.outlineStyle !== "none")
          .map((style) => parseFloat(style.outlineWidth))"""
    )
    assert max(outlines, default=0) >= 2


def test_a_quiz_can_be_sat_with_the_keyboard_alone(bring, page_of, site_server):
    ada = bring("keyboard", begun="quiz:FPS-1", every_kind=True)
    paper = learners.key_of_paper(site_server, ada.attempt)
    page = page_of(ada)
    page.goto(f"/quizzes/{ada.attempt}/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    for item in paper:
        with_keys(page, item)
    expect(page.locator("[data-answered]")).to_have_text(f"{len(paper)} of {len(paper)} answered")
    expect_saved(page)
    tab_to(page, page.locator("[data-finish-button]"))
    assert_focus_is_seen(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ready to hand in?")
    tab_to(page, page.get_by_role("button", name="Hand in"))
    page.keyboard.press("Enter")
    expect(page.locator(".score__percent")).to_have_text("100%")


def with_keys(page, item):
    """By what each field is, and never by the kind: one to come needs nothing here."""
    question = page.locator(f"#item-{item['id']}")
    if question.locator(".order__button").count():
        order_with_keys(page, question, item)
        return
    for name, values in item["form"].items():
        fields = question.locator(f"[name='{name}']")
        input_type = fields.first.evaluate("(one) => one.type")
        {"radio": choose, "checkbox": tick, "select-one": pick}.get(input_type, write)(
            page, fields, values
        )


def choose(page, radios, values):
    wanted = radios.and_(page.locator(f"[value='{values[0]}']"))
    tab_to(page, radios.first)
    assert_focus_is_seen(page)
    page.keyboard.press("Space")
    for _ in range(10):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError("The arrows do not reach every choice.")


def tick(page, boxes, values):
    for box in boxes.all():
        tab_to(page, box)
        if box.input_value() in values:
            page.keyboard.press("Space")
            expect(box).to_be_checked()


def pick(page, select, values):
    tab_to(page, select)
    offered = select.locator("option").evaluate_all("all => all.map((one) => one.value)")
    for _ in range(offered.index(values[0])):
        page.keyboard.press("ArrowDown")
    expect(select).to_have_value(values[0])


def write(page, field, values):
    tab_to(page, field)
    assert_focus_is_seen(page)
    page.keyboard.type(values[0])
    expect(field).to_have_value(values[0])


def order_with_keys(page, question, item):
    right = item["right"]
    wanted = sorted(right, key=right.__getitem__)
    tab_to(page, question.locator("button").first)
    assert_focus_is_seen(page)
    page.keyboard.press("ArrowDown")
    expect(question.locator("button:focus")).to_have_count(1)
    page.keyboard.press("ArrowUp")
    for place, step in enumerate(wanted):
        up = question.locator(f"li:has([name='{item['field']}-{step}']) [data-by='-1']")
        up.focus()
        while learners.places(question, item).index(step) > place:
            page.keyboard.press("ArrowUp")
            expect(up).to_be_focused()
    assert learners.places(question, item) == wanted
    expect(question.get_by_role("status")).to_contain_text("Now in place")


# Pressing twice, going back, two tabs --------------------------------------------------------


def test_handing_in_with_a_double_click_counts_once(bring, page_of, site_server):
    ada = bring("double", begun="quiz:FPS-1", answered=True)
    page = page_of(ada)
    page.goto(f"/quizzes/{ada.attempt}/finish/")
    page.get_by_role("button", name="Hand in").dblclick(no_wait_after=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("You passed")
    assert results_of(site_server, ada.attempt) == 1


def test_going_back_after_handing_in_leads_to_the_result(bring, page_of, site_server):
    ada = bring("back", begun="quiz:FPS-1", answered=True)
    page = page_of(ada)
    page.goto(f"/quizzes/{ada.attempt}/")
    page.get_by_role("button", name="Look over and hand in").click()
    page.get_by_role("button", name="Hand in").click()
    expect(page).to_have_url(re.compile("/result/$"))
    for _ in range(2):
        page.go_back()
        expect(page).to_have_url(re.compile("/result/$"))
        expect(page.get_by_role("heading", level=1)).to_have_text("You passed")
    assert results_of(site_server, ada.attempt) == 1


def test_a_second_tab_is_told_and_the_learner_chooses(bring, page_of, site_server):
    ada = bring("two-tabs", begun="quiz:FPS-1")
    first = page_of(ada)
    first.goto(f"/quizzes/{ada.attempt}/")
    second = first.context.new_page()
    second.goto(f"/quizzes/{ada.attempt}/")
    question = "[data-kind=single_choice] >> nth=0 >> input"
    first.locator(question).nth(0).check()
    expect_saved(first)

    second.locator(question).nth(1).check()
    alert = second.get_by_role("alert").filter(has_text="Saved in another place as well")
    expect(alert).to_be_visible()
    expect(second.locator(question).nth(1)).to_be_checked()
    alert.get_by_role("button", name="Keep these answers").click()
    expect_saved(second)
    first.reload()
    expect(first.locator(question).nth(1)).to_be_checked()


def test_a_tab_left_open_is_told_that_the_quiz_was_handed_in(bring, page_of):
    ada = bring("left-open", begun="quiz:FPS-1", answered=True)
    first = page_of(ada)
    first.goto(f"/quizzes/{ada.attempt}/")
    second = first.context.new_page()
    second.goto(f"/quizzes/{ada.attempt}/finish/")
    second.get_by_role("button", name="Hand in").click()
    expect(second).to_have_url(re.compile("/result/$"))
    first.locator("input[type=radio]:not(:checked)").first.check()
    expect(first.get_by_role("alert")).to_contain_text("handed in already")
    first.get_by_role("link", name="See how it went").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("You passed")


# No network, signed out ----------------------------------------------------------------------


def test_answers_given_offline_are_saved_when_the_network_is_back(bring, page_of, site_server):
    ada = bring("offline", begun="quiz:FPS-1")
    page = page_of(ada, **PHONE)
    page.goto(f"/quizzes/{ada.attempt}/")
    page.context.set_offline(True)
    choose_first(page)
    expect(page.locator("[data-save-state]")).to_have_text("Not saved, trying again")
    page.context.set_offline(False)
    expect_saved(page)
    assert stored(site_server, ada.attempt) == 1


def test_answers_that_were_not_saved_survive_a_reload(bring, page_of, site_server):
    ada = bring("reload", begun="quiz:FPS-1")
    page = page_of(ada)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/quizzes/{ada.attempt}/")
    page.route("**/save/", lambda route: route.abort())
    choose_first(page)
    expect(page.locator("[data-save-state]")).to_have_text("Not saved, trying again")
    page.reload()
    expect(page.locator("input:checked")).to_have_count(1)
    page.unroute("**/save/")
    expect_saved(page)
    assert stored(site_server, ada.attempt) == 1
    assert kept_here(page) == []


def test_nothing_stays_behind_on_a_shared_computer(bring, page_of):
    ada = bring("shared", begun="quiz:FPS-1")
    page = page_of(ada)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/quizzes/{ada.attempt}/")
    page.route("**/save/", lambda route: route.abort())
    choose_first(page)
    expect(page.locator("[data-save-state]")).to_have_text("Not saved, trying again")
    assert kept_here(page)
    page.get_by_role("banner").get_by_role("button", name="Sign out").locator(
        "visible=true"
    ).click()
    page.wait_for_url(lambda url: "/quizzes/" not in url)
    assert kept_here(page) == []
    page.go_back()
    expect(page.locator("form[data-paper]")).to_have_count(0)


def test_a_session_that_ends_meanwhile_loses_no_answer(bring, page_of, site_server):
    ada = bring("signed-out", begun="quiz:FPS-1")
    page = page_of(ada)
    page.goto(f"/quizzes/{ada.attempt}/")
    page.context.clear_cookies(name="sessionid")
    choose_first(page)
    alert = page.get_by_role("alert").filter(has_text="You have been signed out")
    expect(alert).to_be_visible()
    expect(page.locator("input:checked")).to_have_count(1)
    with page.expect_popup() as beside:
        alert.get_by_role("link", name="Sign in again in a new tab").click()
    sign_in = beside.value
    sign_in.get_by_label("Email").fill(ada.email)
    sign_in.get_by_label("Password").fill(learners.PASSWORD)
    sign_in.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(sign_in).to_have_url(re.compile(f"/quizzes/{ada.attempt}/$"))
    sign_in.close()
    page.bring_to_front()
    expect(page.locator("[data-save-state]")).to_have_text("All answers saved", timeout=40_000)
    expect(alert).to_be_hidden()
    assert stored(site_server, ada.attempt) == 1


# Small windows, large letters, still pages, paper ----------------------------------------------


@pytest.fixture(scope="module")
def reader(site_server):
    """Someone with every lesson of the first module read, and its quiz begun."""
    return learners.bring(site_server, "reader", begun="quiz:FPS-1", every_kind=True)


def assert_nothing_sticks_out(page):
    """No sideways scrolling, which on a phone loses people half of every line."""
    # Not innerWidth: on a phone that grows with whatever sticks out.
    width, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    sticking_out = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
          .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
          .slice(0, 5).map((one) => `${one.tagName}.${one.className}`)"""
    )
    assert width <= room, f"{page.url}: {width} > {room}: {sticking_out}"


def issue_to(site, email):
    return site.ask(
        """
from django.utils import timezone
from certificates.issuing import issue_by_hand
from certificates.models import Award
from people.models import User
one = issue_by_hand(
    Award.objects.get(), User.objects.get(email=arguments[0]), evidence="Seen on paper.",
    by=User.objects.get(email="registrar@peerwork.example"), at=timezone.now(),
)
answer = one.number
""",
        email,
    )


def test_a_very_long_name_fits_everywhere_on_the_smallest_phone(bring, page_of, site_server):
    ada = bring("long-name", LONG_NAME, up_to="quiz:FPS-1")
    number = issue_to(site_server, ada.email)
    page = page_of(ada, **NARROW)
    for address in (
        "/learn/",
        f"/verify/{number}/",
        "/accounts/profile/",
        "/accounts/email/",
        "/certificates/statements/code-of-ethics/",
    ):
        page.goto(address)
        assert_nothing_sticks_out(page)


def test_letters_twice_as_large_still_fit_on_the_smallest_phone(reader, page_of, outline):
    page = page_of(reader, **NARROW)
    for address in (
        "/",
        "/verify/",
        "/learn/",
        outline["course"],
        outline["steps"][1]["url"],
        f"/quizzes/{reader.attempt}/",
        f"/quizzes/{reader.attempt}/finish/",
    ):
        page.goto(address)
        assert_nothing_sticks_out(page)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert_nothing_sticks_out(page)


def test_who_asks_for_less_motion_gets_none(page_of, reader, outline):
    page = page_of(reader, reduced_motion="reduce")
    for address in ("/", outline["steps"][0]["url"], "/learn/"):
        page.goto(address)
        moving = page.evaluate(
            """() => [...document.querySelectorAll("*")].filter((one) => {
              const { transitionDuration, animationDuration, scrollBehavior } = getComputedStyle(one);
              const longest = (value) => Math.max(...value.split(",").map(parseFloat));
              return longest(transitionDuration) > 0.01 || longest(animationDuration) > 0.01
                || scrollBehavior === "smooth";
            }).map((one) => `${one.tagName}.${one.className}`)"""
        )
        assert moving == [], address


def test_on_paper_a_lesson_is_its_text_and_everything_in_it_is_open(page_of, reader, outline):
    page = page_of(reader)
    hidden = page.locator(".check__option > .check__feedback, details.reveal > .prose").first
    page.goto(f"{outline['steps'][0]['url']}?part=all")
    expect(hidden).to_be_hidden()
    page.emulate_media(media="print")
    assert page.evaluate(ON_PAPER) == {
        "header": False, "footer": False, "pager": False, "aside": False, "text": True,
    }  # fmt: skip
    assert hidden.bounding_box()["height"] > 10


def test_the_site_speaks_spanish_to_whoever_chooses_it(phone):
    phone.goto("/")
    phone.locator("details.menu.only-narrow > summary").click()
    phone.get_by_role("button", name="Español").locator("visible=true").click()
    expect(phone.locator("html")).to_have_attribute("lang", "es")
    phone.goto("/verify/")
    expect(phone.locator("html")).to_have_attribute("lang", "es")
