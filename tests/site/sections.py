"""Who may open what: the one table that every address of the site must stand in.

A route ends in * where it stands for all that begin with it. The longest one that fits
decides, so an exception stands beside its rule. An address that fits none is nobody's
decision yet, and fails the build.
"""

from __future__ import annotations

from dataclasses import dataclass

from assessments.models import QUESTION_KINDS
from tests.site.addresses import Address
from tests.site.front import FRONT

# The staff pages ------------------------------------------------------------------------

STAFF = ("trainer", "lead trainer", "assessor", "registrar", "superuser")
ALL_STAFF = frozenset(STAFF)
WRITERS = frozenset({"trainer", "lead trainer", "superuser"})
LEADS = frozenset({"lead trainer", "superuser"})
LEARNERS_READERS = WRITERS | {"registrar"}
BANK_READERS = WRITERS | {"assessor"}
REGISTRARS = frozenset({"registrar", "superuser"})
ADMINISTRATORS = frozenset({"superuser"})
NO_STAFF: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Section:
    """Staff addresses that the same roles may open, and by what right."""

    routes: list[str]
    opens_to: frozenset[str]
    right: str


KINDS = tuple(kind._meta.model_name for kind in QUESTION_KINDS)
TALKS = [f"admin/snippets/practice/{kind}/" for kind in ("conversation", "conversationwords")]

SECTIONS = [
    Section(
        [
            "admin/",
            "admin/account/",
            "admin/logout/",
            "admin/dismissibles/",
            "admin/editing-sessions/*",
            "admin/block-preview/",
            "admin/^.*/$",
        ],
        ALL_STAFF,
        "wagtailadmin.access_admin",
    ),
    Section(
        ["admin/test404/", "admin/failwhale/"],
        ALL_STAFF,
        "Wagtail's samples of its own error pages",
    ),
    Section(
        [
            "admin/choose-page/*",
            "admin/choose-external-link/",
            "admin/choose-email-link/",
            "admin/choose-phone-link/",
            "admin/choose-anchor-link/",
            "admin/tag-autocomplete/*",
            "admin/embeds/chooser/*",
            "admin/documents/chooser/*",
            "admin/captions/*",
            "admin/images/chooser/*",
            "admin/media/chooser/*",
            "admin/snippets/choose/*",
            "admin/choose-question/*",
            "admin/workflows/task_chooser/*",
        ],
        ALL_STAFF,
        "Wagtail's choosers show titles, each of what its own rules let the person see",
    ),
    Section(
        [
            "admin/documents/chooser/chosen/<str:pk>/",
            "admin/documents/chooser/create/",
            "admin/captions/chosen/<str:pk>/",
            "admin/captions/create/",
            "admin/images/chooser/chosen/<str:pk>/",
            "admin/images/chooser/create/",
            "admin/images/chooser/<int:image_id>/select_format/",
            "admin/choose-question/create/",
            "admin/snippets/choose/assessments/quiz/create/",
            "admin/snippets/choose/practice/conversation/create/",
            "admin/snippets/choose/practice/conversationwords/create/",
            "admin/snippets/choose/courses/glossaryword/create/",
            *(f"admin/snippets/choose/assessments/{kind}/create/" for kind in KINDS),
        ],
        WRITERS,
        "choose or add, for the thing that is chosen",
    ),
    Section(
        ["admin/api/main/*", "admin/bulk/*", "admin/reports/site-history/*"],
        ALL_STAFF,
        "lists only what the person may explore or change",
    ),
    Section(
        ["admin/api/main/^pages/<int:pk>/*", "admin/pages/*", "admin/forms/*"],
        WRITERS,
        "add_page, change_page",
    ),
    Section(
        [
            "admin/pages/create/<slug:app_label>/<slug:model_name>",
            "admin/pages/<int:page_to_move_id>/move/<int:destination_id>/confirm/",
            "admin/pages/workflow/confirm_cancellation/<int:page_id>/",
            *(f"{talk}workflow/confirm_cancellation/<int:pk>/" for talk in TALKS),
            "admin/snippets/courses/glossaryword/workflow/confirm_cancellation/<int:pk>/",
            *(
                f"admin/snippets/assessments/{kind}/workflow/confirm_cancellation/<str:pk>/"
                for kind in KINDS
            ),
        ],
        ALL_STAFF,
        "Wagtail asks for the right when the answer is sent",
    ),
    Section(
        [
            "admin/pages/<int:page_id>/delete/",
            "admin/pages/<int:page_id>/unpublish/",
            "admin/pages/<int:page_id>/privacy/",
            "admin/pages/<int:page_id>/lock/",
            "admin/pages/<int:page_id>/unlock/",
            "admin/pages/<int:page_id>/revisions/<int:revision_id>/unschedule/",
            "admin/pages/<int:page_to_move_id>/move/",
            "admin/pages/<int:page_to_move_id>/set_position/",
            "admin/reports/locked/*",
            "admin/editions/<int:course_id>/",
        ],
        LEADS,
        "publish_page, lock_page, unlock_page",
    ),
    Section(
        [
            "admin/pages/workflow/preview/<int:page_id>/<int:task_id>/",
            *(f"{talk}workflow/preview/<int:pk>/<int:task_id>/" for talk in TALKS),
            "admin/snippets/courses/glossaryword/workflow/preview/<int:pk>/<int:task_id>/",
            *(
                f"admin/snippets/assessments/{kind}/workflow/preview/<str:pk>/<int:task_id>/"
                for kind in KINDS
            ),
            "admin/forms/submissions/<int:page_id>/delete/",
        ],
        NO_STAFF,
        "no page and no question waits to be read, and no page is a form",
    ),
    Section(["admin/snippets/"], NO_STAFF, "each kind of snippet has a menu of its own"),
    Section(
        [
            "admin/reports/workflow/*",
            "admin/reports/workflow_tasks/*",
            "admin/reports/aging-pages/*",
            "admin/reports/page-types-usage/*",
            "admin/translations/*",
        ],
        WRITERS,
        "add_page, change_page or publish_page",
    ),
    Section(
        ["admin/translation/submit/page/*"],
        WRITERS,
        "submit_translation, and change_page of the page",
    ),
    Section(
        [
            "admin/questions/*",
            *(f"admin/snippets/assessments/{kind}/inspect/<str:pk>/" for kind in KINDS),
        ],
        BANK_READERS,
        "view, for any kind of question",
    ),
    Section(
        [
            "admin/questions/add/",
            "admin/questions/<int:pk>/words/<str:language>/",
            *(f"admin/snippets/assessments/{kind}/*" for kind in KINDS),
            "admin/snippets/assessments/quiz/*",
            "admin/competencies/*",
            "admin/competency-groups/*",
        ],
        WRITERS,
        "add and change, for questions, quizzes, competencies and their groups",
    ),
    Section(
        [
            *(f"admin/snippets/assessments/{kind}/unpublish/<str:pk>/" for kind in KINDS),
            *(
                f"admin/snippets/assessments/{kind}/history/<str:pk>/revisions/<int:revision_id>/unschedule/"
                for kind in KINDS
            ),
        ],
        LEADS,
        "publish, for each kind of question",
    ),
    Section(
        [
            *(f"admin/snippets/assessments/{kind}/delete/<str:pk>/" for kind in KINDS),
            "admin/snippets/assessments/quiz/delete/<int:pk>/",
            "admin/competencies/delete/<int:pk>/",
            "admin/competency-groups/delete/<int:pk>/",
            "admin/snippets/courses/glossaryword/delete/<int:pk>/",
            *(f"{talk}delete/<int:pk>/" for talk in TALKS),
            "admin/snippets/practice/conversationset/delete/<int:pk>/",
            "admin/awards/delete/<int:pk>/",
            "admin/issuers/delete/<int:pk>/",
            "admin/statements/delete/<int:pk>/",
        ],
        ADMINISTRATORS,
        "delete, which no group has",
    ),
    Section(
        ["admin/documents/*", "admin/images/*", "admin/media/*"],
        WRITERS,
        "add_document, add_image, add_media",
    ),
    Section(["admin/media/^(?P<media_type>audio|video)/chooser/upload/$"], WRITERS, "add_media"),
    Section(
        [
            "admin/documents/edit/<int:document_id>/",
            "admin/documents/delete/<int:document_id>/",
            "admin/documents/usage/<int:document_id>/",
            "admin/images/<int:image_id>/",
            "admin/images/<int:image_id>/delete/",
            "admin/images/<int:image_id>/preview/<str:filter_spec>/",
            "admin/images/usage/<int:image_id>/",
            "admin/media/edit/<int:media_id>/",
            "admin/media/delete/<int:media_id>/",
            "admin/media/chooser/<int:media_id>/",
        ],
        LEADS,
        "change_document, change_image, change_media: a file that somebody else added",
    ),
    Section(
        [
            "admin/credentials/*",
            "admin/awards/*",
            "admin/issuers/*",
            "admin/statements/*",
            "admin/statement-texts/*",
        ],
        REGISTRARS,
        "view, add and change, for what certificates are made of",
    ),
    Section(
        ["admin/learners/*"],
        LEARNERS_READERS,
        "view_enrolment: a trainer of their own courses, others with view_every_enrolment",
    ),
    Section(
        ["admin/attempts/*"],
        LEARNERS_READERS,
        "view_attempt, of the learners whom they see",
    ),
    Section(
        [
            "admin/attempts/<uuid:attempt_id>/talked-through/*",
            "admin/attempts/places/*",
        ],
        LEADS,
        "add_redlinerecord, add_quizexception",
    ),
    Section(["admin/snippets/courses/glossaryword/*"], WRITERS, "view, for words"),
    Section(
        [
            "admin/snippets/courses/glossaryword/add/",
            "admin/snippets/courses/glossaryword/edit/*",
            "admin/snippets/courses/glossaryword/copy/*",
            "admin/snippets/courses/glossaryword/preview/*",
            "admin/snippets/courses/glossaryword/workflow/*",
        ],
        WRITERS,
        "add and change, for words",
    ),
    Section(
        [
            "admin/snippets/courses/glossaryword/unpublish/<int:pk>/",
            "admin/snippets/courses/glossaryword/history/<int:pk>/revisions/<int:revision_id>/unschedule/",
        ],
        LEADS,
        "publish, for words",
    ),
    Section(
        [
            *TALKS,
            *(f"{talk}results/" for talk in TALKS),
            *(f"{talk}inspect/<int:pk>/" for talk in TALKS),
            "admin/conversations/<int:pk>/lines/",
            "admin/conversations/words/<int:pk>/lines/",
        ],
        ALL_STAFF,
        "view, for conversations",
    ),
    Section(
        [
            "admin/conversations/*",
            *(f"{talk}*" for talk in TALKS),
        ],
        WRITERS,
        "add and change, for conversations",
    ),
    Section(
        [
            *(f"{talk}unpublish/<int:pk>/" for talk in TALKS),
            *(f"{talk}history/<int:pk>/revisions/<int:revision_id>/unschedule/" for talk in TALKS),
        ],
        LEADS,
        "publish, for conversations",
    ),
    Section(
        ["admin/snippets/practice/conversationset/*"],
        LEADS | REGISTRARS,
        "add and change, for sets of conversations",
    ),
    Section(
        [
            "admin/snippets/practice/conversationset/",
            "admin/snippets/practice/conversationset/results/",
            "admin/snippets/practice/conversationset/inspect/<int:pk>/",
        ],
        WRITERS | REGISTRARS,
        "view, for sets of conversations",
    ),
    Section(
        ["admin/snippets/choose/practice/conversationset/create/"],
        LEADS | REGISTRARS,
        "choose or add, for sets of conversations",
    ),
    Section(["admin/re-marks/*"], LEADS, "view_remarking, and to decide: add_remarking"),
    Section(
        ["admin/credential-reviews/*"],
        REGISTRARS,
        "view_credential, and to decide: change_credential",
    ),
    Section(
        ["admin/credential-requests/*"],
        REGISTRARS,
        "view_credential, and to answer: add_credential and change_credential",
    ),
    Section(["admin/bulk-issues/*"], REGISTRARS, "add_credential"),
    Section(["admin/bulk-changes/*"], REGISTRARS, "change_credential"),
    Section(["admin/credential-proposals/*"], REGISTRARS, "change_credential"),
    Section(
        ["admin/credential-notes/*"],
        REGISTRARS,
        "view_credential",
    ),
    Section(
        ["admin/renewal-evidence/*"],
        REGISTRARS,
        "view_credential, and to decide: add_credential and change_credential",
    ),
    Section(
        ["admin/renewal-rules/*"],
        REGISTRARS,
        "view_renewalrule, and to set one: add_renewalrule",
    ),
    Section(
        ["admin/changes/*"],
        WRITERS | REGISTRARS,
        "change_competency, change_award: what others propose of it is read",
    ),
    Section(["admin/letters/*"], REGISTRARS, "view_letter, and to send again: change_letter"),
    Section(["admin/acts/*"], REGISTRARS, "view_act: the log is read, and nothing else"),
    Section(["admin/users/*", "admin/groups/*"], ADMINISTRATORS, "people and groups"),
    Section(["admin/users/delete/<int:pk>/"], NO_STAFF, "accounts are never deleted"),
    Section(
        [
            "admin/collections/*",
            "admin/workflows/*",
            "admin/redirects/*",
            "admin/settings/*",
            "admin/translation/*",
            "admin/sites/*",
            "admin/locales/*",
        ],
        ADMINISTRATORS,
        "how the site is set up",
    ),
]


def fits(route: str, address: Address) -> bool:
    if route.endswith("*"):
        return address.route.startswith(route[:-1])
    return address.route == route


def front_class(address: Address) -> str | None:
    """Who may open an address of the front of the site; None where nobody said."""
    return _longest(FRONT, address)


def section_of(address: Address) -> Section | None:
    """The section of a staff address; None where nobody said."""
    place = _longest({place: section.routes for place, section in enumerate(SECTIONS)}, address)
    return None if place is None else SECTIONS[place]


def _longest(table, address):
    matches = [
        (len(route.removesuffix("*")), not route.endswith("*"), kind)
        for kind, routes in table.items()
        for route in routes
        if fits(route, address)
    ]
    return max(matches)[2] if matches else None
