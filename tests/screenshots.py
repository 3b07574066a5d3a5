"""Photographs the main screens of the demonstration, for the documentation.

    make screenshots

Every picture is taken of the running site, so it shows what the site does.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests import browsers, servers
from tests.browser import learners

FOLDER = servers.ROOT / "docs" / "screenshots"
PHONE = browsers.PHONE
DESKTOP = browsers.DESKTOP
MOST_BYTES = 250_000
COLOURS = 255


def at_top(page: Page) -> None:
    """The picture is of the top of the page."""


def at(selector: str) -> Callable[[Page], None]:
    """The picture is of this part of the page, below whatever stays at the top of the window."""

    def scroll(page: Page) -> None:
        page.locator(selector).first.evaluate(
            """(one) => {
              const strip = document.querySelector(".help-strip")?.offsetHeight ?? 0;
              scrollTo(0, one.getBoundingClientRect().top + scrollY - strip - 24);
            }"""
        )

    return scroll


@dataclass(frozen=True)
class Picture:
    """One screen: what it is called, whose it is, where it is, and how wide."""

    name: str
    address: str
    screen: dict[str, Any]
    of: str = ""
    prepare: Callable[[Page], None] = field(default=at_top)


PICTURES = [
    Picture("home-phone", "/", PHONE),
    Picture("lesson-phone", "lesson", PHONE, "learner"),
    Picture("try-it-phone", "lesson", PHONE, "learner", at(".check, .scenario, .do-dont")),
    Picture("quiz-phone", "quiz", PHONE, "sitting", at("fieldset[data-kind]")),
    Picture("result-phone", "result", PHONE, "graduate"),
    Picture("learn-desktop", "/learn/", DESKTOP, "learner"),
    Picture("course-desktop", "course", DESKTOP, "learner"),
    Picture("certificate-desktop", "held", DESKTOP, "graduate"),
    Picture("verify-desktop", "certificate", DESKTOP),
    Picture("bank-desktop", "/admin/questions/", DESKTOP, "trainer"),
]

PAPER_BESIDE = "certificate-desktop"
"""The picture after which the paper is fetched, by the holder who is signed in there."""

PLACES = """
from assessments.models import Attempt
from lms.shipped.demonstration import credentials
result = Attempt.objects.filter(enrolment__learner__email="graduate@peerwork.example").latest("submitted_at")
answer = {
    "result": f"/quizzes/{result.pk}/result/",
    "certificate": next(f"/verify/{one.number}/" for one in credentials() if one.name == "Rosa Delgado"),
    "held": next(f"/certificates/{one.number}/" for one in credentials() if one.name == "Rosa Delgado"),
    "paper": next(f"/certificates/{one.number}.pdf" for one in credentials() if one.name == "Rosa Delgado"),
}
"""


def photograph(page: Page, picture: Picture, address: str) -> Path:
    page.goto(address, wait_until="networkidle")
    picture.prepare(page)
    page.wait_for_timeout(300)
    path = FOLDER / f"{picture.name}.png"
    page.screenshot(path=path, animations="disabled", caret="hide")
    make_small(path)
    return path


def make_small(path: Path) -> None:
    """The same picture in as many colours as the eye needs."""
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def photograph_paper(content: bytes) -> Path:
    """The certificate itself, as its PDF prints it."""
    path = FOLDER / "certificate-paper.png"
    command = ["pdftoppm", "-r", "100", "-png", "-singlefile", "-", str(path.with_suffix(""))]
    subprocess.run(command, input=content, check=True)
    make_small(path)
    return path


def take_all(site: servers.SiteServer) -> list[Path]:
    outline = learners.outline(site)
    people = {name: learners.bring(site, name) for name in ("learner", "graduate", "trainer")}
    people["sitting"] = learners.bring(site, "sitting", begun="quiz:FPS-1", every_kind=True)
    places = site.ask(PLACES) | {
        "lesson": outline["steps"][6]["url"],
        "course": outline["course"],
        "quiz": f"/quizzes/{people['sitting'].attempt}/",
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    photographs = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(**browsers.launch_options())
        tabs = browsers.Tabs(chromium.new_context, site.url)
        for picture in PICTURES:
            page = tabs(**picture.screen)
            if picture.of:
                people[picture.of].sign_in(page, site)
            photographs.append(
                photograph(page, picture, places.get(picture.address, picture.address))
            )
            if picture.name == PAPER_BESIDE:
                photographs.append(photograph_paper(page.request.get(places["paper"]).body()))
        tabs.close()
        chromium.close()
    return photographs


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        template = servers.site_template(Path(folder))
        with template.running_copy(Path(folder)) as site:
            photographs = take_all(site)
    for path in photographs:
        sys.stdout.write(f"{path.relative_to(servers.ROOT)}  {path.stat().st_size // 1000} kB\n")
    heavy = [path.name for path in photographs if path.stat().st_size > MOST_BYTES]
    if heavy:
        sys.stderr.write(f"Too heavy for the documentation: {', '.join(heavy)}\n")
    return 1 if heavy else 0


if __name__ == "__main__":
    sys.exit(main())
