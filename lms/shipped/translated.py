"""Builds what is shipped in another language, beside what it translates.

The data files of a language have the shape of those that they translate. Each page is the
translation of one of this site, with its key, so that what a learner does on either is one and
the same. As any piece, it is made once; what the site no longer has is not translated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.text import slugify
from wagtail.coreutils import find_available_slug
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Locale, Page

from certificates.models import Award, AwardWords, Statement, StatementVersion, Wording
from certificates.signing_statements import newest_version
from courses.models import (
    Competency,
    CompetencyGroup,
    CompetencyGroupName,
    CompetencyWords,
    Edition,
    GlossaryWord,
    LessonPage,
)
from courses.models.second_read import without_second_reader
from courses.translating import record_translation
from lms.shipped.award import AWARD_SLUG, CODE_SLUG, CODE_VERSION, statement_html
from lms.shipped.edited import edited_text, edited_value
from lms.shipped.pieces import CONTENT, FOUNDATIONS, Pieces, blocks, key_of, load
from lms.shipped.translated_talks import build_words, shipped_words, stand_after
from lms.shipped.twins import body_of, give_ids
from lms.shipped.worded import word_questions, word_quiz

Words = dict[str, Any]


def shipped_languages() -> list[str]:
    """The languages that the shipped content is translated into."""
    return sorted(path.name for path in CONTENT.iterdir() if (path / "site.yaml").exists())


def build_translation(
    language: str, *, at: datetime, say: Callable[[str], None] = lambda line: None
) -> int:
    """Make every shipped piece in a language that this site has not had in it yet; how many."""
    pieces = Pieces(at, say)
    with transaction.atomic():
        builder = TranslationBuilder(pieces, language)
        builder.build()
        if pieces.made:
            Edition.begin_new()
    return pieces.made


class TranslationBuilder:
    """Makes the pages of a language from the top down, and the words that stand beside them."""

    def __init__(self, pieces: Pieces, language: str) -> None:
        self.pieces = pieces
        self.language = language
        self.locale = Locale.objects.get_or_create(language_code=language)[0]
        self.sources = Locale.objects.get(language_code=settings.LANGUAGE_CODE)
        self.site = load(CONTENT / language / "site.yaml")
        self.course = load(FOUNDATIONS / language / "course.yaml")
        lessons = sorted((FOUNDATIONS / language / "lessons").glob("*.yaml"))
        self.lessons: list[Words] = [load(path) for path in lessons]
        self.shipped_site = load(CONTENT / "site.yaml")
        self.shipped_course = load(FOUNDATIONS / "course.yaml")

    def build(self) -> None:
        self.pieces.say(self.course["title"])
        self.build_site()
        self.build_course()
        self.build_glossary()
        self.build_competencies()
        self.build_award()
        word_questions(self.pieces, self.language)

    def is_new(self, piece: str) -> bool:
        return self.pieces.is_new(f"{self.language}:{piece}")

    # Pages --------------------------------------------------------------------------------

    def source_of(self, piece: str) -> Any:
        """The published page of a piece in the language that was translated; None if none is."""
        pages = Page.objects.filter(translation_key=key_of(piece), locale=self.sources, live=True)
        page = pages.first()
        return page.specific if page else None

    def translate(self, piece: str, words: Words) -> Page | None:
        """Publish a piece in this language, if its page and the page above it are there.

        Returns the page that was made; None where none was.
        """
        source = self.source_of(piece)
        above = self._above(source) if source else None
        if source is None or above is None or not self.is_new(piece):
            return None
        if source.has_translation(self.locale):
            return None
        if isinstance(source, LessonPage):
            give_ids(words["body"], body_of(blocks(self.shipped_lesson(piece)["body"])), source)
        page = self._copy(source, above, words)
        record_translation(page, source, is_drafted=True)
        return page

    def _above(self, source: Page) -> Page | None:
        parent = source.get_parent()
        if parent.is_root():
            return parent
        above: Page | None = parent.get_translation_or_none(self.locale)
        return above

    def _copy(self, source: Any, above: Page, words: Words) -> Page:
        slug = find_available_slug(above, words.pop("slug", source.slug))
        copied: Page = source.copy(
            to=above,
            update_attrs={
                "locale": self.locale,
                "slug": slug,
                "draft_title": words["title"],
                **as_edited(source, words),
            },
            copy_revisions=False,
            keep_live=True,
            reset_translation_key=False,
            log_action="wagtail.copy_for_translation",
        )
        return copied

    # The site -------------------------------------------------------------------------------

    def build_site(self) -> None:
        home = self.site["home"]
        self.translate(
            "home",
            {
                "title": home["title"],
                "heading": home["heading"],
                "introduction": home["introduction"],
                "promises": [("promise", promise) for promise in home["promises"]],
            },
        )
        both = zip(self.shipped_site["pages"], self.site["pages"], strict=True)
        for shipped, page in both:
            self.translate(
                f"page:{shipped['slug']}",
                {
                    "title": page["title"],
                    "slug": page["slug"],
                    "summary": page["summary"],
                    "body": blocks(page["body"]),
                },
            )

    # The course -----------------------------------------------------------------------------

    def build_course(self) -> None:
        with translation.override(self.language):
            courses = translation.gettext("Courses")
        self.translate("catalogue", {"title": courses, "slug": slugify(courses)})
        course = self.course
        self.translate(
            "course",
            {
                "title": course["title"],
                "slug": course["slug"],
                "summary": " ".join(course["summary"].split()),
                "introduction": course["introduction"],
                "outcomes": [("outcome", outcome) for outcome in course["outcomes"]],
            },
        )
        for module in course["modules"]:
            self.build_module(module)
        self.build_quiz("quiz:final", course["final"])
        self.build_conversations()

    def build_module(self, module: Words) -> None:
        self.translate(
            f"module:{module['code']}",
            {
                "title": module["title"],
                "slug": module["slug"],
                "summary": module["summary"],
                "introduction": module["introduction"],
                **self.course["provenance"],
                # Whoever read the source has not read the translation.
                "reviews": [],
            },
        )
        for lesson in self.lessons:
            if lesson["module"] == module["code"]:
                self.build_lesson(lesson)
        if "quiz" in module:
            self.build_quiz(f"quiz:{module['code']}", module["quiz"])

    def build_lesson(self, lesson: Words) -> None:
        self.translate(
            f"lesson:{lesson['code']}",
            {
                "title": lesson["title"],
                "slug": lesson["slug"],
                "summary": lesson["summary"],
                "outcomes": [("outcome", outcome) for outcome in lesson["outcomes"]],
                "content_note": lesson["content_note"],
                "body": body_of(blocks(lesson["body"])),
                "sources": [("source", source) for source in lesson.get("sources", [])],
            },
        )

    def build_conversations(self) -> None:
        """What is said in each conversation, and its page where its source stands."""
        build_words(self.pieces, self.language)
        for written in shipped_words(self.language):
            piece = f"conversation page:{written.code}"
            title = written.wording.script.title
            page = self.translate(piece, {"title": title, "slug": slugify(title)})
            if page is not None:
                stand_after(page, self.source_of(piece))

    def shipped_lesson(self, piece: str) -> Words:
        """The data of the lesson that was translated."""
        code = piece.removeprefix("lesson:").replace(".", "-")
        [path] = (FOUNDATIONS / "lessons").glob(f"{code}-*.yaml")
        lesson: Words = load(path)
        return lesson

    def build_quiz(self, piece: str, quiz: Words) -> None:
        self.translate(
            piece,
            {
                "title": quiz["title"],
                "slug": quiz["slug"],
                "introduction": quiz["introduction"],
            },
        )
        if (page := self.source_of(piece)) is not None:
            word_quiz(self.pieces, piece, page.quiz, quiz["title"], self.language)

    # What stands beside the pages ---------------------------------------------------------------

    def build_glossary(self) -> None:
        for shipped, row in self._both("glossary.yaml"):
            if not self.is_new(f"word:{shipped['word']}"):
                continue
            lessons = LessonPage.objects.filter(translation_key=key_of(f"lesson:{row['lesson']}"))
            word = GlossaryWord(
                word=row["word"],
                forms="\n".join(row.get("forms", [])),
                meaning=row["meaning"],
                language=self.language,
                lesson=lessons.filter(locale=self.locale).first() or lessons.first(),
            )
            word.save()
            self.pieces.publish_first_version(word)

    def build_competencies(self) -> None:
        with without_second_reader():  # they come with the site
            self._name_groups()
            self._word_competencies()

    def _name_groups(self) -> None:
        names = zip(
            self.shipped_course["competency_groups"], self.course["competency_groups"], strict=True
        )
        for shipped, name in names:
            group = CompetencyGroup.objects.filter(name=shipped).first()
            if group is not None and self.is_new(f"competency group:{shipped}"):
                CompetencyGroupName.objects.get_or_create(
                    group=group, language=self.language, defaults={"name": name}
                )

    def _word_competencies(self) -> None:
        for shipped, row in self._both("competencies.yaml"):
            competency = Competency.objects.filter(code=shipped["code"]).first()
            if competency is not None and self.is_new(f"competency:{shipped['code']}"):
                CompetencyWords.objects.get_or_create(
                    competency=competency,
                    language=self.language,
                    defaults={"name": row["name"], "description": row["description"]},
                )

    def build_award(self) -> None:
        """The statement to sign and the words of the award, where the site has them."""
        code = load(FOUNDATIONS / self.language / "code_of_ethics.yaml")
        statement = Statement.objects.filter(slug=CODE_SLUG).first()
        source = newest_version(CODE_SLUG, at=self.pieces.at) if statement else None
        # What was signed is what was shipped: a later version is its authors' to translate.
        is_ours = source is not None and source.version == CODE_VERSION
        if statement is not None and is_ours and self.is_new("code of ethics"):
            version = StatementVersion.objects.create(
                statement=statement,
                version=CODE_VERSION,
                language=self.language,
                title=code["title"],
                text=statement_html(code),
                published_at=self.pieces.at,
            )
            for place, wording in enumerate(code["wordings"]):
                Wording.objects.create(version=version, sort_order=place, **wording)
        award = Award.objects.filter(slug=AWARD_SLUG).first()
        if award is not None and self.is_new("award"):
            words = load(FOUNDATIONS / self.language / "award.yaml")
            AwardWords.objects.get_or_create(award=award, language=self.language, defaults=words)

    def _both(self, name: str) -> Iterable[tuple[Words, Words]]:
        """The rows of a data file, each with its translation."""
        shipped = load(FOUNDATIONS / name)
        return zip(shipped, load(FOUNDATIONS / self.language / name), strict=True)


def as_edited(page: Page, words: Words) -> Words:
    """Words for a page in the form in which the editor keeps them."""
    edited = dict(words)
    for name, value in words.items():
        field = page._meta.get_field(name)
        if isinstance(field, RichTextField):
            edited[name] = edited_text(value, field.features)
        elif isinstance(field, StreamField):
            edited[name] = edited_value(field.stream_block, field.to_python(value))
    return edited
