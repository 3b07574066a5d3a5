"""Builds the course: its competencies, modules, lessons, bank and quizzes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from wagtail.models import Page

from assessments.blueprint import paper_size
from assessments.models import Draw, Question, Quiz, QuizPage
from assessments.models.quizzes import Feedback
from courses.models import (
    Competency,
    CompetencyGroup,
    CompetencyMapping,
    CourseIndexPage,
    CoursePage,
    LessonPage,
    ModulePage,
)
from courses.models.second_read import without_second_reader
from lms.models import HomePage
from lms.shipped.conversations import build_conversations, build_returns
from lms.shipped.edited import put_as_edited
from lms.shipped.glossary import build_glossary
from lms.shipped.pieces import FOUNDATIONS, Pieces, blocks, key_of, load
from lms.shipped.questions import question_from

FRAMEWORK = "SAMHSA Core Competencies for Peer Workers (2015)"


class CourseBuilder:
    """Makes the course in the order in which its pieces lean on each other."""

    def __init__(self, pieces: Pieces, home: HomePage | None) -> None:
        self.pieces = pieces
        self.home = home
        self.course = load(FOUNDATIONS / "course.yaml")

    def build(self) -> None:
        with without_second_reader():  # they come with the site
            self.build_competencies()
        self.pieces.say(self.course["title"])
        self.build_course()

    # Competencies -------------------------------------------------------------

    def build_competencies(self) -> None:
        groups = {}
        for place, name in enumerate(self.course["competency_groups"], start=1):
            if self.pieces.is_new(f"competency group:{name}"):
                CompetencyGroup.objects.get_or_create(name=name, defaults={"place": place})
            groups[name] = CompetencyGroup.objects.filter(name=name).first()
        prefixes = {code: name for name, code in self.course["competency_groups"].items()}
        for shipped in load(FOUNDATIONS / "competencies.yaml"):
            if self.pieces.is_new(f"competency:{shipped['code']}"):
                Competency(
                    code=shipped["code"],
                    name=shipped["name"],
                    description=shipped["description"],
                    group=groups[prefixes[shipped["code"][:2]]],
                    mappings=[  # type: ignore[misc]  # a list of rows that is saved with it
                        CompetencyMapping(framework=FRAMEWORK, reference=one, sort_order=place)
                        for place, one in enumerate(shipped["samhsa"])
                    ],
                ).save()
        self.competencies = {one.code: one for one in Competency.objects.all()}

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
        build_conversations(self.pieces, self.competencies)
        build_glossary(self.pieces)
        build_returns(self.pieces)
        modules = {
            one["code"]: ModulePage.objects.filter(
                translation_key=key_of(f"module:{one['code']}")
            ).first()
            for one in self.course["modules"]
        }
        self.build_final_bank(modules)
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
        if self.home is not None and self.pieces.is_new("catalogue"):
            catalogue = self.pieces.publish(
                self.home,
                CourseIndexPage(
                    title="Courses", slug="courses", translation_key=key_of("catalogue")
                ),
            )
        if catalogue is not None and self.pieces.is_new("course"):
            self.pieces.publish(
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
        if self.pieces.is_new(piece):
            self.pieces.publish(
                course,
                ModulePage(
                    title=shipped["title"],
                    slug=shipped["slug"],
                    code=shipped["code"],
                    summary=shipped["summary"],
                    mark=shipped["mark"],
                    introduction=shipped["introduction"],
                    version=shipped["version"],
                    **self.course["provenance"],
                    translation_key=key_of(piece),
                ),
            )
        return ModulePage.objects.filter(translation_key=key_of(piece)).first()

    def build_lessons(self, module: ModulePage, lessons: list[dict[str, Any]]) -> None:
        for shipped in lessons:
            piece = f"lesson:{shipped['code']}"
            if not self.pieces.is_new(piece):
                continue
            lesson = LessonPage(
                title=shipped["title"],
                slug=shipped["slug"],
                code=shipped["code"],
                summary=shipped["summary"],
                outcomes=[("outcome", one) for one in shipped["outcomes"]],
                content_note=shipped["content_note"],
                show_help=shipped["help"],
                is_hard=shipped["code"] in self.course.get("hard_lessons", []),
                body=blocks(shipped["body"]),
                sources=[("source", source) for source in shipped.get("sources", [])],
                competencies=[self.competencies[code] for code in shipped["competencies"]],
                translation_key=key_of(piece),
            )
            name_parts(lesson)
            self.pieces.publish(module, lesson)

    def build_bank(self, module: ModulePage, code: str) -> None:
        tagged = self.course.get("tags", {})
        red_lines = self.course.get("red_lines", {})
        for line in (FOUNDATIONS / "questions" / f"{code.lower()}.jsonl").read_text().splitlines():
            record = json.loads(line)
            tags = [tag for tag, codes in tagged.items() if record["id"] in codes]
            self.build_question(record | red_lines.get(record["id"], {}), module, tags)

    def build_final_bank(self, modules: dict[str, ModulePage | None]) -> None:
        """The held-back questions of the final, each of the module whose lesson it names."""
        tag = self.course["final"]["tag"]
        for line in (FOUNDATIONS / "questions" / "final.jsonl").read_text().splitlines():
            record = json.loads(line)
            code = f"{self.course['code']}-{record['lesson'].split('.')[0]}"
            if (module := modules.get(code)) is not None:
                self.build_question(record, module, [tag])

    def build_question(self, record: dict[str, Any], module: ModulePage, tags: list[str]) -> None:
        if not self.pieces.is_new(f"question:{record['id']}"):
            return
        question = question_from(record)
        question.module = module
        question.competencies = [self.competencies[one] for one in record["comps"]]
        put_as_edited(question)
        question.save()
        question.tags.add(*tags, *(["scenario"] if record["type"] == "scenario" else []))
        question.save()
        self.pieces.publish_first_version(question)

    def build_quiz(
        self, parent: Page, piece: str, shipped: dict[str, Any], draws: list[Draw]
    ) -> None:
        if not self.pieces.is_new(piece):
            return
        for place, draw in enumerate(draws):
            draw.sort_order = place
        quiz = Quiz(
            title=shipped["title"],
            pass_percent=Decimal(shipped["pass_percent"]),
            draws=draws,
            feedback=Feedback.AFTER_PASSING,
        )
        for rule, value in shipped.get("rules", {}).items():
            setattr(quiz, rule, value)
        quiz.save()
        paper = paper_size(quiz.blueprint(), Question.objects.bank_entries())
        self.pieces.publish(
            parent,
            QuizPage(
                title=shipped["title"],
                slug=shipped["slug"],
                introduction=shipped["introduction"],
                quiz=quiz,
                # A minute for each question, as hours are counted.
                minutes=paper.questions,
                translation_key=key_of(piece),
            ),
        )


def name_parts(lesson: LessonPage) -> None:
    """Give each part of a lesson its lasting id: the third of lesson 4.5 has that of `part:4.5.3`.

    An author may then say which part to read again, and its place is the same on every site.
    """
    parts = [block for block in lesson.body if block.block_type == "part"]
    for number, part in enumerate(parts, 1):
        part.id = str(key_of(f"part:{lesson.code}.{number}"))
