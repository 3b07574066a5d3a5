"""Builds the site from the content that comes with it: pages, banks, quizzes and the award.

Every piece has a lasting key. A piece that was made once is never made or changed again,
whatever editors have done with it since; a later release adds only what is new.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

import yaml
from django.conf import settings
from django.db import transaction
from django.utils.html import escape
from wagtail.models import Locale, Page, Site

from assessments.models import QUESTION_KINDS, Draw, Question, Quiz, QuizMinutes, QuizPage
from certificates.models import Award, Issuer, Requirement, Statement, StatementVersion
from courses.models import (
    Competency,
    CompetencyMapping,
    CourseIndexPage,
    CoursePage,
    Edition,
    HourDomain,
    HourScheme,
    LessonMinutes,
    LessonPage,
    ModulePage,
)
from lms.models import HelpLine, HomePage, ShippedPiece, SiteSettings, StandardPage

SHIPPED = Path(__file__).parent / "shipped"
FOUNDATIONS = SHIPPED / "foundations"
FRAMEWORK = "SAMHSA Core Competencies for Peer Workers (2015)"


def build_site(*, at: datetime, say: Callable[[str], None] = lambda line: None) -> int:
    """Make every shipped piece that this site has not had yet, and say how many those were."""
    builder = SiteBuilder(at, say)
    with transaction.atomic():
        builder.build()
        Edition.begin_new()
    return builder.made


def key_of(piece: str) -> UUID:
    """The translation key of a shipped page, the same on every site."""
    return uuid5(NAMESPACE_URL, f"https://peerwork.example/shipped/{piece}")


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


FIRST_HOST = "localhost"
"""Where Wagtail takes a new site to be, and no site is that others use."""


def settle_address() -> bool:
    """Have Wagtail take the site to be where BASE_URL says, for the links in its mail.

    An address that an editor chose is left alone, and so are several sites. Says whether
    anything was changed.
    """
    parts = urlsplit(settings.BASE_URL)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    here = (parts.hostname or "", port)
    sites = list(Site.objects.all()[:2])
    if len(sites) != 1 or (sites[0].hostname, sites[0].port) == here:
        return False
    site = sites[0]
    ours = ShippedPiece.objects.filter(key=address_piece(site.hostname, site.port))
    if site.hostname != FIRST_HOST and not ours.exists():
        return False
    with transaction.atomic():
        site.hostname, site.port = here
        site.save()
        ShippedPiece.objects.get_or_create(key=address_piece(*here))
    return True


def address_piece(host: str, port: int) -> str:
    """What is remembered of an address that we gave the site, so as to know it for ours."""
    return f"address:{host}:{port}"[:200]


class SiteBuilder:
    """Makes pieces in the order they lean on each other."""

    def __init__(self, at: datetime, say: Callable[[str], None]) -> None:
        self.at = at
        self.say = say
        self.made = 0
        self.had = set(ShippedPiece.objects.values_list("key", flat=True))
        self.site = load(SHIPPED / "site.yaml")
        self.course = load(FOUNDATIONS / "course.yaml")

    def is_new(self, piece: str) -> bool:
        """Whether to make a piece now; from then on it is had."""
        if piece in self.had:
            return False
        ShippedPiece.objects.create(key=piece)
        self.had.add(piece)
        self.made += 1
        return True

    def build(self) -> None:
        self.say("Front page and standing pages")
        self.home = self.build_home()
        self.build_settings()
        self.build_standing_pages()
        self.build_competencies()
        self.scheme = self.build_hour_scheme()
        self.say(self.course["title"])
        self.build_course()
        self.build_award()

    # The site ---------------------------------------------------------------------------

    def build_home(self) -> HomePage | None:
        if not self.is_new("home"):
            return HomePage.objects.filter(translation_key=key_of("home")).first()
        shipped = self.site["home"]
        Locale.objects.get_or_create(language_code="en")
        home = HomePage(
            title=shipped["title"],
            slug="peerwork",
            heading=shipped["heading"],
            introduction=shipped["introduction"],
            promises=[("promise", promise) for promise in shipped["promises"]],
            translation_key=key_of("home"),
        )
        Page.get_first_root_node().add_child(instance=home)
        home.save_revision().publish()
        site = Site.objects.filter(is_default_site=True).first()
        welcome = site.root_page if site else None
        if site is None:
            site = Site(hostname=FIRST_HOST, is_default_site=True)
        site.root_page, site.site_name = home, self.site["name"]
        site.save()
        settle_address()
        # Wagtail's own page of welcome, and nothing that anyone has written.
        if welcome is not None and type(welcome.specific) is Page and not welcome.get_children():
            welcome.delete()
        return HomePage.objects.get(pk=home.pk)

    def build_settings(self) -> None:
        site = Site.objects.filter(is_default_site=True).first()
        if site is None or not self.is_new("settings"):
            return
        settings = SiteSettings.for_site(site)
        settings.name = self.site["name"]
        settings.help_introduction = self.site["help_intro"].strip()
        settings.emergency = self.site["emergency"].strip()
        settings.exit_url = self.site["exit_url"]
        settings.course_cost = self.site["course_cost"]
        settings.help_lines = [
            HelpLine(sort_order=place, **line) for place, line in enumerate(self.site["help_lines"])
        ]
        settings.save()

    def build_standing_pages(self) -> None:
        for shipped in self.site["pages"]:
            if self.home is not None and self.is_new(f"page:{shipped['slug']}"):
                self.publish(
                    self.home,
                    StandardPage(
                        title=shipped["title"],
                        slug=shipped["slug"],
                        summary=shipped["summary"],
                        body=blocks(shipped["body"]),
                        show_in_menus=True,
                        translation_key=key_of(f"page:{shipped['slug']}"),
                    ),
                )

    def publish(self, parent: Page, page: Page) -> Any:
        """Put a page under another, published, with a first revision to go back to."""
        type(parent).objects.get(pk=parent.pk).add_child(instance=page)
        page.save_revision().publish()
        return page

    # Competencies and hours -------------------------------------------------------------

    def build_competencies(self) -> None:
        for shipped in load(FOUNDATIONS / "competencies.yaml"):
            if self.is_new(f"competency:{shipped['code']}"):
                Competency(
                    code=shipped["code"],
                    name=shipped["name"],
                    description=shipped["description"],
                    mappings=[
                        CompetencyMapping(framework=FRAMEWORK, reference=one, sort_order=place)
                        for place, one in enumerate(shipped["samhsa"])
                    ],
                ).save()
        self.competencies = {one.code: one for one in Competency.objects.all()}

    def build_hour_scheme(self) -> HourScheme | None:
        hours = self.course["hours"]
        if self.is_new(f"hour scheme:{hours['scheme']}"):
            HourScheme(
                name=hours["scheme"],
                domains=[
                    HourDomain(name=name, sort_order=place)
                    for place, name in enumerate(hours["domains"])
                ],
            ).save()
        scheme = HourScheme.objects.filter(name=hours["scheme"]).first()
        self.domains = {one.name: one for one in scheme.domains.all()} if scheme else {}
        return scheme

    def shares(self, kind: type[LessonMinutes | QuizMinutes], minutes: dict[str, int]) -> list[Any]:
        return [
            kind(domain=self.domains[name], minutes=count, sort_order=place)
            for place, (name, count) in enumerate(minutes.items())
            if name in self.domains
        ]

    # The course -------------------------------------------------------------------------

    def build_course(self) -> None:
        course = self.build_course_page()
        if course is None:
            return
        lessons = [load(path) for path in sorted((FOUNDATIONS / "lessons").glob("*.yaml"))]
        for shipped in self.course["modules"]:
            module = self.build_module(course, shipped)
            if module is not None:
                self.build_lessons(
                    module, [one for one in lessons if one["module"] == shipped["code"]]
                )
                self.build_bank(module, shipped["code"])
                if "quiz" in shipped:
                    draws = [Draw(count=shipped["quiz"]["draw"], module=module)]
                    if shipped["quiz"].get("red_lines"):
                        draws.insert(0, Draw(all_red_lines=True, module=module))
                    self.build_quiz(module, f"quiz:{shipped['code']}", shipped["quiz"], draws)
        modules = {
            one["code"]: ModulePage.objects.filter(
                translation_key=key_of(f"module:{one['code']}")
            ).first()
            for one in self.course["modules"]
        }
        final = self.course["final"]
        draws = [
            Draw(
                count=row.get("count", 1),
                all_red_lines=row.get("red_lines", False),
                module=modules.get(row.get("module", "")),
                tag=row.get("tag", ""),
            )
            for row in final["draws"]
        ]
        self.build_quiz(course, "quiz:final", final, draws)

    def build_course_page(self) -> CoursePage | None:
        catalogue = CourseIndexPage.objects.filter(translation_key=key_of("catalogue")).first()
        if self.home is not None and self.is_new("catalogue"):
            catalogue = self.publish(
                self.home,
                CourseIndexPage(
                    title="Courses", slug="courses", translation_key=key_of("catalogue")
                ),
            )
        if catalogue is not None and self.is_new("course"):
            self.publish(
                catalogue,
                CoursePage(
                    title=self.course["title"],
                    slug=self.course["slug"],
                    code=self.course["code"],
                    summary=" ".join(self.course["summary"].split()),
                    introduction=self.course["introduction"],
                    outcomes=[("outcome", one) for one in self.course["outcomes"]],
                    order=self.course["order"],
                    translation_key=key_of("course"),
                ),
            )
        return CoursePage.objects.filter(translation_key=key_of("course")).first()

    def build_module(self, course: CoursePage, shipped: dict[str, Any]) -> ModulePage | None:
        piece = f"module:{shipped['code']}"
        if self.is_new(piece):
            self.publish(
                course,
                ModulePage(
                    title=shipped["title"],
                    slug=shipped["slug"],
                    code=shipped["code"],
                    summary=shipped["summary"],
                    introduction=shipped["introduction"],
                    translation_key=key_of(piece),
                ),
            )
        return ModulePage.objects.filter(translation_key=key_of(piece)).first()

    def build_lessons(self, module: ModulePage, lessons: list[dict[str, Any]]) -> None:
        for shipped in lessons:
            piece = f"lesson:{shipped['code']}"
            if not self.is_new(piece):
                continue
            minutes = self.course["hours"]["lessons"][shipped["code"]]
            self.publish(
                module,
                LessonPage(
                    title=shipped["title"],
                    slug=shipped["slug"],
                    code=shipped["code"],
                    summary=shipped["summary"],
                    minutes=shipped["minutes"],
                    outcomes=[("outcome", one) for one in shipped["outcomes"]],
                    content_note=shipped["content_note"],
                    show_help=shipped["help"],
                    is_hard=shipped["code"] in self.course.get("hard_lessons", []),
                    body=blocks(shipped["body"]),
                    competencies=[self.competencies[code] for code in shipped["competencies"]],
                    domain_minutes=self.shares(LessonMinutes, minutes),
                    translation_key=key_of(piece),
                ),
            )

    def build_bank(self, module: ModulePage, code: str) -> None:
        tagged = self.course.get("tags", {})
        red_lines = self.course.get("red_lines", {})
        for line in (FOUNDATIONS / "questions" / f"{code.lower()}.jsonl").read_text().splitlines():
            record = json.loads(line)
            if not self.is_new(f"question:{record['id']}"):
                continue
            question = question_from(record | red_lines.get(record["id"], {}))
            question.module = module
            question.competencies = [self.competencies[one] for one in record["comps"]]
            question.save()
            tags = [tag for tag, codes in tagged.items() if record["id"] in codes]
            question.tags.add(*tags, *(["scenario"] if record["type"] == "scenario" else []))
            question.save()
            question.save_revision().publish()

    def build_quiz(
        self, parent: Page, piece: str, shipped: dict[str, Any], draws: list[Draw]
    ) -> None:
        if not self.is_new(piece):
            return
        for place, draw in enumerate(draws):
            draw.sort_order = place
        quiz = Quiz(
            title=shipped["title"], pass_percent=Decimal(shipped["pass_percent"]), draws=draws
        )
        quiz.save()
        hours = self.course["hours"]
        minutes = hours["final"] if piece == "quiz:final" else hours["quiz"][piece.split(":")[1]]
        self.publish(
            parent,
            QuizPage(
                title=shipped["title"],
                slug=shipped["slug"],
                introduction=shipped["introduction"],
                quiz=quiz,
                minutes=shipped["minutes"],
                domain_minutes=self.shares(QuizMinutes, minutes),
                translation_key=key_of(piece),
            ),
        )

    # The award --------------------------------------------------------------------------

    def build_award(self) -> None:
        course = CoursePage.objects.filter(translation_key=key_of("course")).first()
        final = QuizPage.objects.filter(translation_key=key_of("quiz:final")).first()
        if course is None or final is None or not self.is_new("award"):
            return
        code = load(FOUNDATIONS / "code_of_ethics.yaml")
        statement = Statement.objects.create(title=code["title"], slug="code-of-ethics")
        StatementVersion.objects.create(
            statement=statement, version="1.0", text=statement_html(code), published_at=self.at
        )
        issuer = Issuer.objects.create(
            name="Peerwork Training",
            prefix="PSW",
            time_zone="UTC",
            signatory_name="Maya Lindqvist",
            signatory_role="Registrar",
        )
        Award(
            name="Certificate in Foundations of Peer Support",
            slug="foundations-of-peer-support",
            issuer=issuer,
            description=(
                "has completed the course Foundations of Peer Support, passed its final "
                "assessment, and signed the Code of Ethics."
            ),
            limits=(
                "This is a foundation award. It is not a licence, and it does not by itself meet "
                "any state or national requirement unless that body has approved it."
            ),
            valid_months=24,
            active=True,
            hours_course=course,
            hour_scheme=self.scheme,
            requirements=[
                Requirement(kind="course", course=course, sort_order=0),
                Requirement(kind="quiz", quiz=final.quiz, sort_order=1),
                Requirement(kind="statement", statement=statement, sort_order=2),
            ],
        ).save()


def blocks(shipped: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    """A page's blocks from their short form in the data files."""
    plain = {"key_point": "text", "content_note": "text"}
    return [
        (kind, {plain[kind]: value.strip()} if kind in plain else value)
        for one in shipped
        for kind, value in one.items()
    ]


def statement_html(code: dict[str, Any]) -> str:
    """A code of ethics as it is shown above the signature."""
    points = "".join(
        f"<li><b>{escape(one['title'])}.</b> {escape(one['text'].strip())}</li>"
        for one in code["points"]
    )
    return f"<p>{escape(code['preamble'].strip())}</p><ol>{points}</ol><p>{escape(code['closing'].strip())}</p>"


def lesson_to_read_again(record: dict[str, Any]) -> LessonPage | None:
    """The lesson that a record leads to, if it says so or must be right; `4.5.1` is in lesson 4.5."""
    leads_to = record.get("leads_to") or (record.get("must") and record.get("lesson"))
    if not leads_to:
        return None
    code = ".".join(leads_to.split(".")[:2])
    return LessonPage.objects.filter(translation_key=key_of(f"lesson:{code}")).first()


def question_from(record: dict[str, Any]) -> Question:
    """A question of the bank from its record; the curriculum's section 11 gives the fields.

    Raises ValueError for a kind that there is not.
    """
    kind = next((kind for kind in QUESTION_KINDS if record["type"] in kind.record_types), None)
    if kind is None:
        raise ValueError(f"{record['id']} is of a kind we do not have: {record['type']}")
    return kind(
        code=record["id"],
        stem=f"<p>{escape(record['stem'])}</p>",
        note=record.get("note", ""),
        help=record.get("help", False),
        rationale=record["why"],
        red_line=record.get("must", False),
        retry_text=record.get("retry", ""),
        lesson=lesson_to_read_again(record),
        **kind.fields_from_record(record),
    )
