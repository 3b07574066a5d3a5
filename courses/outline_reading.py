"""Joins what a course was declared to be with the pages that are published now.

The edition in force says which steps there are, in which order and for how long; the pages say
what they are called and where they are. A step whose page is down, or presents something else
than was declared, is *away*: it still counts, and nobody can do it until it is back. So is one whose
page was moved out of the course. One whose page was deleted in every language is *gone*, too: it does
not come back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from wagtail.models import Page

from courses.models import (
    CourseEdition,
    CoursePage,
    CourseTrainer,
    EditionModule,
    EditionStep,
    ModulePage,
    PageTranslation,
    StepPage,
    step_types,
)
from courses.progress import Contact, ModuleOutline, Outline, StepOutline
from courses.steps import StepKind
from courses.trainers import trainer_ids


@dataclass(frozen=True)
class Tree:
    """The modules and steps of some courses and of their translations, published or not."""

    courses: tuple[CoursePage, ...]
    modules: tuple[ModulePage, ...]
    steps: tuple[StepPage, ...]

    @classmethod
    def below(cls, courses: Sequence[CoursePage], *, with_text: bool = False) -> Tree:
        """Read the pages of some courses, in the order of the tree; their text where it is asked
        for. A query for modules, and one for each kind of step."""
        within = Q(pk__in=[])  # no condition at all would find the pages of every course
        for course in courses:
            within |= Q(path__startswith=course.path)
        modules = ModulePage.objects.filter(within).order_by("path")
        kinds = [step_type.objects.filter(within) for step_type in step_types()]
        pages = kinds if with_text else [kind.defer_streamfields() for kind in kinds]
        steps = sorted((page for kind in pages for page in kind), key=lambda page: page.path)
        return cls(tuple(courses), tuple(modules), tuple(steps))

    def shown(self) -> frozenset[str]:
        """The paths of the courses and modules below which readers are shown pages."""
        open_courses = {course.path for course in self.courses if course.live}
        open_modules = {
            module.path
            for module in self.modules
            if module.live and parent_path(module) in open_courses
        }
        return frozenset(open_courses | open_modules)


def parent_path(page: Page) -> str:
    path: str = page.path[: -page.steplen]
    return path


def with_translations(course_ids: Iterable[int]) -> list[CoursePage]:
    """Some courses, and each of them in every other language, with `names_trainers`. One query."""
    keys = CoursePage.objects.filter(pk__in=list(course_ids)).values("translation_key")
    courses = CoursePage.objects.filter(translation_key__in=keys).order_by("pk")
    trainers = CourseTrainer.objects.filter(course=OuterRef("pk"))
    return list(courses.select_related("locale").annotate(names_trainers=Exists(trainers)))


def read_outlines(course_ids: Collection[int]) -> dict[int, Outline]:
    """The outlines of some courses, by page id. Constant queries, however many they are."""
    siblings = with_translations(course_ids)
    if not siblings:
        return {}
    keys = {course.translation_key for course in siblings}
    editions = {each.course_key: each for each in CourseEdition.objects.of_courses(keys)}
    courses = [course for course in siblings if course.pk in course_ids]
    return _Join(courses, Tree.below(siblings), editions).outlines()


def read_outline_by(course_id: int, edition_id: int) -> Outline | None:
    """The outline of a course by one of its editions, whichever is in force; None for an edition
    of no course that is there. Constant queries."""
    siblings = with_translations([course_id])
    editions = CourseEdition.objects.filter(pk=edition_id).prefetch_related("modules", "steps")
    by_key = {each.course_key: each for each in editions}
    courses = [course for course in siblings if course.pk == course_id]
    return _Join(courses, Tree.below(siblings), by_key).outlines().get(course_id)


class _Join:
    """Everything that was read for some outlines, and how they are put together."""

    def __init__(
        self, courses: Sequence[CoursePage], tree: Tree, editions: dict[UUID, CourseEdition]
    ) -> None:
        self.courses = courses
        self.tree = tree
        self.editions = editions
        self.shown = tree.shown()
        # Whatever stands below a course is in its language.
        self.languages = {each.locale_id: each.locale.language_code for each in tree.courses}
        self.urls = {course.path: course.url or "" for course in tree.courses}
        self.url_paths = {course.path: course.url_path for course in tree.courses}
        self.kinds: dict[str, StepKind] = {kind.kind.name: kind.kind for kind in step_types()}
        self.modules_by_key = _by_key(tree.modules)
        self.steps_by_key = _by_key(tree.steps)
        self.elsewhere = self._read_elsewhere()
        self.trainers = self._read_trainers()
        self.source_languages = self._read_source_languages()

    def _read_elsewhere(self) -> dict[UUID, list[Page]]:
        """The pages of what a course lacks in its own language, wherever they stand. No query,
        where nothing is missing."""
        missing = {key for course in self.courses for key in self._missing_in(course)}
        if not missing:
            return {}
        translations = PageTranslation.objects.filter(page=OuterRef("pk"), source__isnull=False)
        pages = Page.objects.filter(translation_key__in=missing).order_by("pk")
        return _by_key(pages.annotate(is_translation=Exists(translations)))

    def _missing_in(self, course: CoursePage) -> set[UUID]:
        """What was declared and has no page in the language of a course."""
        edition = self.editions.get(course.translation_key)
        if edition is None:
            return set()
        keys = {step.key for step in edition.steps.all()}
        keys |= {module.key for module in edition.modules.all()}
        pages = (*self.tree.modules, *self.tree.steps)
        return keys - {page.translation_key for page in pages if page.path.startswith(course.path)}

    def _read_source_languages(self) -> dict[int, str]:
        """In which language the source of each translated page is. No query for a single one."""
        if len(self.languages) < 2:
            return {}
        pages = [page.pk for page in (*self.tree.modules, *self.tree.steps)]
        records = PageTranslation.objects.exclude(source=None).filter(page__in=pages)
        return dict(records.values_list("page", "source__locale__language_code"))

    def _read_trainers(self) -> dict[UUID, tuple[int, ...]]:
        """Whom the courses name as their trainers. No query, where they name nobody."""
        courses: tuple[Any, ...] = self.tree.courses
        keys = {course.translation_key for course in courses if course.names_trainers}
        return trainer_ids(keys) if keys else {}

    def outlines(self) -> dict[int, Outline]:
        return {course.pk: self._outline(course) for course in self.courses}

    def _outline(self, course: CoursePage) -> Outline:
        edition = self.editions.get(course.translation_key)
        fields: dict[str, Any] = {
            "key": course.translation_key,
            "page_id": course.pk,
            "title": course.title,
            "url": self.urls[course.path],
            "summary": course.summary,
            "language": self.languages[course.locale_id],
            "contact": Contact(course.contact_name, course.contact_email),
            "trainer_ids": self.trainers.get(course.translation_key, ()),
        }
        if edition is None:
            return Outline(**fields, **self._published(course))
        return Outline(**fields, **self._declared(course, edition))

    # As it was declared -------------------------------------------------------------------

    def _declared(self, course: CoursePage, edition: CourseEdition) -> dict[str, Any]:
        steps: dict[UUID | None, list[StepOutline]] = defaultdict(list)
        for step in edition.steps.all():
            steps[step.module_key].append(self._declared_step(course, step))
        return {
            "in_order": edition.in_order,
            "edition_id": edition.pk,
            "modules": tuple(
                self._declared_module(course, module, tuple(steps[module.key]))
                for module in edition.modules.all()
            ),
            "finals": tuple(steps[None]),
        }

    def _declared_module(
        self, course: CoursePage, module: EditionModule, steps: tuple[StepOutline, ...]
    ) -> ModuleOutline:
        page = self._best(course, module.key, self.modules_by_key.get(module.key, ()))
        if page is None or not self._is_shown(page):
            named = page or self._moved_out(course, module.key)
            return ModuleOutline(
                key=module.key,
                page_id=page.pk if page else course.pk,
                title=named.title if named else module.title,
                url=self.urls[course.path],
                code=module.code,
                language=self.languages.get((named or course).locale_id, ""),
                steps=steps,
                is_away=True,
                is_gone=named is None,
                origin=page.origin if page else module.key,
            )
        return self._module(page, steps)

    def _declared_step(self, course: CoursePage, step: EditionStep) -> StepOutline:
        page = self._best(course, step.key, self.steps_by_key.get(step.key, ()))
        subjects = tuple(step.subject_ids)
        declared: dict[str, Any] = {
            "kind": self.kinds[step.kind],
            "key": step.key,
            "minutes": step.minutes,
            "exercise_minutes": step.exercise_minutes,
            "required": step.required,
            "subject_ids": subjects,
        }
        if page is not None and self._is_shown(page) and _presents(page, subjects):
            return StepOutline(**declared, **self._of_page(page))
        named = page or self._moved_out(course, step.key)
        return StepOutline(
            **declared,
            page_id=int((named or course).pk),
            title=named.title if named else step.title,
            url=self.urls[course.path],
            code=step.code,
            subject_id=subjects[0] if subjects else None,
            language=self.languages.get((named or course).locale_id, ""),
            is_away=True,
            is_gone=named is None,
        )

    def _best(self, course: CoursePage, key: UUID, pages: Iterable[Any]) -> Any:
        """The page of a key that a reader of this course is led to.

        That of this course, if it is published. A translation that is not, or none, gives way to
        what is published in another language. A page that others translate does not: whoever took
        it down, or moved it out of the course, has its readers wait, and not read it in a language
        that they may not know.
        """
        moved = self._moved_out(course, key)
        if moved and moved.locale_id == course.locale_id and not moved.is_translation:
            return None
        ours = [page for page in pages if self._course_path(page) in self._paths_of(course)]
        return min(ours, key=lambda page: self._rank(page, course), default=None)

    def _moved_out(self, course: CoursePage, key: UUID) -> Any:
        """The page of a key that was moved out of this course, in its language before any other."""
        pages = self.elsewhere.get(key, ())
        moved = [page for page in pages if not page.path.startswith(tuple(self._paths_of(course)))]
        return min(moved, key=lambda page: page.locale_id != course.locale_id, default=None)

    def _rank(self, page: Page, course: CoursePage) -> int:
        is_own, is_shown = page.path.startswith(course.path), self._is_shown(page)
        is_source = page.pk not in self.source_languages
        if is_own and (is_shown or is_source):
            return 0
        return 1 if is_shown else 2 if is_own else 3

    def _paths_of(self, course: CoursePage) -> set[str]:
        key = course.translation_key
        return {each.path for each in self.tree.courses if each.translation_key == key}

    # As it is published, where nobody has declared it yet ----------------------------------

    def _published(self, course: CoursePage) -> dict[str, Any]:
        steps: dict[str, list[StepOutline]] = defaultdict(list)
        for page in self.tree.steps:
            if page.live and page.path.startswith(course.path):
                steps[parent_path(page)].append(
                    StepOutline(
                        **self._of_page(page),
                        kind=page.kind,
                        key=page.translation_key,
                        minutes=page.minutes,
                        exercise_minutes=getattr(page, "exercise_minutes", 0),
                        required=page.required,
                        subject_ids=() if page.subject_id is None else (page.subject_id,),
                    )
                )
        return {
            "in_order": course.order == CoursePage.Order.IN_ORDER,
            "is_declared": False,
            "modules": tuple(
                self._module(module, tuple(steps[module.path]))
                for module in self.tree.modules
                if module.live and parent_path(module) == course.path
            ),
            "finals": tuple(steps[course.path]),
        }

    # What both need -------------------------------------------------------------------------

    def _module(self, page: ModulePage, steps: tuple[StepOutline, ...]) -> ModuleOutline:
        return ModuleOutline(
            key=page.translation_key,
            page_id=page.pk,
            title=page.title,
            url=self._url(page),
            code=page.code,
            summary=page.summary,
            language=self.languages.get(page.locale_id, ""),
            is_hard=page.is_hard,
            mark=page.mark,
            path=page.path,
            origin=page.origin,
            reviewed_by_lived_experience=page.is_reviewed_by_lived_experience,
            steps=steps,
        )

    def _of_page(self, page: StepPage) -> dict[str, Any]:
        return {
            "page_id": page.pk,
            "title": page.title,
            "url": self._url(page),
            "code": getattr(page, "code", ""),
            "summary": getattr(page, "summary", ""),
            "subject_id": page.subject_id,
            "path": page.path,
            "language": self.languages.get(page.locale_id, ""),
            "subject_language": self._subject_language(page),
            "origin": getattr(page, "origin", page.translation_key),
        }

    def _subject_language(self, page: StepPage) -> str:
        """In which language is what a step presents: a translation presents that of its source."""
        if page.subject_id is None:
            return ""
        own = self.languages.get(page.locale_id, "")
        return self.source_languages.get(page.pk, own)

    def _is_shown(self, page: Page) -> bool:
        return bool(page.live) and parent_path(page) in self.shown

    def _course_path(self, page: Page) -> str:
        return next(path for path in self.urls if page.path.startswith(path))

    def _url(self, page: Page) -> str:
        """The address of a page in a course, without asking for the site of each."""
        above = self._course_path(page)
        return self.urls[above] and self.urls[above] + page.url_path[len(self.url_paths[above]) :]


def _by_key(pages: Iterable[Any]) -> dict[UUID, list[Any]]:
    by_key: dict[UUID, list[Any]] = defaultdict(list)
    for page in pages:
        by_key[page.translation_key].append(page)
    return by_key


def _presents(page: StepPage, subjects: tuple[int, ...]) -> bool:
    """Whether a page presents what was declared, such as its quiz."""
    return page.subject_id is None or page.subject_id in subjects
