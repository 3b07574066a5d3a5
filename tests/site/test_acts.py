"""Every act that counts is in the log, and one that is forgotten fails here."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import LogContext, registry

from assessments.excepting import give_exception, move_end
from certificates.following import renew_credential, replace_credential
from certificates.issuing import issue_if_earned
from certificates.logged_events import events_unlike_the_log
from certificates.models import CredentialEvent
from certificates.requesting import ask_for_correction, decline_request
from certificates.revoking import reinstate, restore, revoke, suspend
from people.act_kinds import OF_WAGTAIL, ActKind
from people.acts import check_chain, record_restored_backup
from people.erasure import ask_to_erase, carry_on, undo
from people.models import Act, User
from tests import make
from tests.make import DAY, NOON

APPS = ("people", "courses", "assessments", "practice", "certificates", "lms", "deploy")
REASON = "It was looked at again."

# Verbs: what changes records in a transaction, and why it is no act by itself.
NO_ACTS = {
    "people.acts.append_to_chain": "it writes the acts",
    "people.erasure._begin": "asking for it and its end are acts",
    "people.organisations.joining.invite_member": "nobody has joined yet; accepting is an act",
    "people.forms.save": "somebody's own account, made by signing up",
    "people.roles.run": "roles are code: a release changes them, and the server's log says so",
    "assessments.writing_words.save_words": "Wagtail notes each version of a question",
    "courses.admin.translating.post": "Wagtail notes each translation",
    "courses.catching_up.catch_up": "a completion is recorded where it is owed",
    "courses.enrolling.enrol": "a learner's own place",
    "courses.enrolling.take_again": "a learner's own place",
    "courses.enrolling.complete_lesson": "a learner's own progress",
    "courses.own_words._save": "a learner's own words",
    "courses.proposing.agree": "putting it into effect is the act",
    "courses.publishing.publish_newest": "Wagtail notes what is published",
    "courses.publishing._turn": "Wagtail notes what is published",
    "courses.publishing._publish_scheduled": "Wagtail notes what is published",
    "courses.studying.record_visit": "a learner's own time",
    "courses.translating.translate_page": "Wagtail notes each translation",
    "assessments.attempting.start_attempt": "a learner's own try",
    "assessments.attempting._store": "a learner's own try",
    "assessments.attempting.submit_attempt": "a mark follows from the paper; its rows are never edited",
    "assessments.attempting.hand_in_overdue": "a mark follows from the paper",
    "assessments.red_lines.answer_again": "a learner's own try",
    "assessments.talks.answer_talk_offer": "a learner's own answer",
    "practice.playing.begin_play": "a learner's own practice",
    "practice.bringing.bring_play": "a learner's own practice",
    "practice.playing.take_turn": "a learner's own practice",
    "practice.taking_in.take_in": "a draft; publishing it is noted by Wagtail",
    "practice.taking_words_in.take_words_in": "a draft; publishing it is noted by Wagtail",
    "certificates.daily_roots.publishing.publish_root": "of a day and of no person; it is public",
    "certificates.badges.making.make_badge": "the credential that it signs is an act",
    "certificates.bulk.running.store_bulk": "a file that is looked over; starting it is an act",
    "certificates.bulk.running.do_line": "the credential and the account that it makes are acts",
    "certificates.changing.running.store_change": "a list that is looked over; starting it is one",
    "certificates.changing.running.do_change_line": "the verb for one credential is the act",
    "certificates.following.replace_credential": "its two events are acts",
    "certificates.following.renew_credential": "its two events are acts",
    "certificates.issuing.issue_if_earned": "store_credential is the act",
    "certificates.issuing.issue_by_hand": "store_credential is the act",
    "certificates.sharing.make_link": "a holder's own link",
    "certificates.watching.watching.watch_numbers": "its row says who and when, and the holder is told",
    "certificates.watching.watching.object_to": "a holder's own; the organisation is told",
    "certificates.watching.watching.keep_wishes": "a holder's own wish",
    "certificates.watching.queueing.note_change": "the change itself was an act",
    "certificates.issuing.retry_certificate": "a file is rendered again; the record stays",
    "certificates.renewal_evidence.add_evidence": "a holder's own entry; what is decided is an act",
    "certificates.renewal_evidence.change_evidence": "a holder's own entry",
    "certificates.renewal_evidence.remove_evidence": "a holder's own entry",
    "certificates.renewal_evidence.accept_evidence": "_decide is the act",
    "certificates.renewal_evidence.ask_back": "_decide is the act",
    "certificates.renewal_evidence.sign_again": "a holder's own signature, never edited",
    "certificates.reminders.choose_stages": "a holder's own wish",
    "certificates.requesting._ask": "a holder's own wish; what is decided is an act",
    "certificates.revoking.suspend": "record_event is the act",
    "certificates.revoking.reinstate": "record_event is the act",
    "certificates.sealing.keys.changing": "each key that is made or ended in it is an act",
    "certificates.signing_statements.sign_statement": "a learner's own signature, never edited",
    "courses.opinions.count_opinion": "a reader's opinion, counted without a name",
    "practice.returning.answer_return": "a learner's own practice",
    "lms.indexing.index_many_at_once": "what the search knows follows from what is there",
    "lms.indexing.index_references": "what refers to what follows from what is there",
    "lms.shipped.addresses.settle_address": "what is shipped is put up",
    "lms.shipped.building.build_site": "what is shipped is put up; Wagtail notes its pages",
    "lms.shipped.translated.build_translation": "what is shipped is put up in a language more",
    "lms.shipped.demonstration.make": "a demonstration is filled with people who never were",
}


def functions():
    """Every function of ours, with its name in full and its source."""
    for app in APPS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            if "migrations" in path.parts or path.name == "tests.py":
                continue
            module = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef):
                    yield f"{module}.{node.name}", node


def changes_in_a_transaction(node):
    decorated = any("atomic" in ast.unparse(each) for each in node.decorator_list)
    return decorated or any(
        "atomic" in ast.unparse(item)
        for each in ast.walk(node)
        if isinstance(each, ast.With)
        for item in each.items
    )


def test_each_verb_writes_an_act_or_says_why_it_is_none():
    verbs = {name: node for name, node in functions() if changes_in_a_transaction(node)}
    silent = {name for name, node in verbs.items() if "record_act(" not in ast.unparse(node)}
    assert silent == set(NO_ACTS)
    assert len(verbs) > len(silent) + 10


def test_each_kind_is_written_somewhere():
    written = {
        each.attr
        for _name, node in functions()
        if "record_act(" in ast.unparse(node)
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute) and ast.unparse(each.value) == "ActKind"
    }
    of_wagtail = {kind.name for kind in OF_WAGTAIL.values() if isinstance(kind, ActKind)}
    of_events = {kind.name for kind in CredentialEvent.Kind}
    of_relations = {"ROLE_GIVEN", "ROLE_TAKEN", "RIGHT_GIVEN", "RIGHT_TAKEN", "TAKEN_OVER"}
    known = written | of_wagtail | of_events | of_relations
    assert known == set(ActKind.names)


def test_every_event_of_a_credential_is_a_kind_of_act():
    for kind in CredentialEvent.Kind:
        assert ActKind(f"credential.{kind}").name == kind.name


def test_whatever_wagtails_history_knows_is_an_act_or_says_why_it_is_none():
    registry.scan_for_actions()
    assert set(registry.formatters) == set(OF_WAGTAIL)


# What is done, and what is then in the log --------------------------------------------------


@pytest.fixture
def since(db):
    """What was written since: kind, on what, by whom and whom it concerns, the oldest first."""
    begun = []

    def begin():
        begun[:] = [Act.objects.count()]

    def acts():
        rows = Act.objects.order_by("number")[begun[0] :]
        return [(ActKind(row.kind), row.subject_id, row.actor, row.person) for row in rows]

    begin()
    acts.begin = begin
    yield acts
    assert check_chain().faults == ()


class TestCredentials:
    @pytest.fixture(autouse=True)
    def _credential(self, since):
        self.by, self.second = make.registrar(), make.registrar()
        self.credential = make.credential(make.award(valid_months=24))
        since.begin()

    def act(self, kind, by=None, credential=None):
        credential = credential or self.credential
        return (kind, str(credential.pk), by, credential.holder)

    def test_issued_by_hand_and_by_the_site(self, since):
        issued = make.credential(by=self.by)
        course = make.full_course()
        learner = make.enrolment(make.user(), course).learner
        award = make.award(course=course)
        make.completion(learner, course)
        (earned,) = issue_if_earned(learner, at=NOON)
        assert earned.award == award
        acts = [act for act in since() if act[0] == ActKind.ISSUED]
        assert acts == [
            self.act(ActKind.ISSUED, self.by, issued),
            self.act(ActKind.ISSUED, None, earned),
        ]

    def test_what_changes_its_standing(self, since):
        suspend(self.credential, by=self.by, reason=REASON, at=NOON)
        restore(self.credential, by=self.by, reason=REASON, at=NOON)
        revoke(self.credential, by=self.by, reason=REASON, at=NOON)
        reinstate(self.credential, by=self.second, reason=REASON, at=NOON)
        assert since() == [
            self.act(ActKind.SUSPENDED, self.by),
            self.act(ActKind.RESTORED, self.by),
            self.act(ActKind.REVOKED, self.by),
            self.act(ActKind.REINSTATED, self.second),
        ]

    def test_replaced_and_renewed_are_two_acts_each(self, since):
        new = replace_credential(
            self.credential, name="Ada Okafor-Lund", by=self.by, reason=REASON, at=NOON
        )
        assert {act[0] for act in since()} == {ActKind.ISSUED, ActKind.REPLACED}
        since.begin()
        later = renew_credential(new, by=self.by, reason=REASON, at=NOON + 700 * DAY)
        assert set(since()) == {
            self.act(ActKind.RENEWED, self.by, new),
            self.act(ActKind.ISSUED, self.by, later),
        }

    def test_a_request_that_is_declined(self, since):
        holder_request = ask_for_correction(self.credential, name="Ada Lund", words="", at=NOON)
        decline_request(holder_request, by=self.by, answer="We saw no papers.", at=NOON)
        holder = self.credential.holder
        assert since() == [(ActKind.REQUEST_DECLINED, str(holder_request.pk), self.by, holder)]

    def test_what_was_refused_is_no_act(self, since):
        with pytest.raises(Exception, match="reason"):
            revoke(self.credential, by=self.by, reason=" ", at=NOON)
        assert since() == []

    def test_withdrawn_by_an_erasure_by_id_alone(self, since):
        holder = self.credential.holder
        at = timezone.now()
        carry_on(ask_to_erase(holder, at=at, pause=timedelta(), by=holder), at=at)
        assert [(act[0], act[3].pk) for act in since()] == [
            (ActKind.ERASURE_ASKED, holder.pk),
            (ActKind.WITHDRAWN, holder.pk),
            (ActKind.ERASED, holder.pk),
        ]

    def test_its_events_are_those_of_the_log(self, since):
        suspend(self.credential, by=self.by, reason=REASON, at=NOON)
        assert list(events_unlike_the_log()) == []

    @pytest.mark.parametrize(
        "change",
        [{"kind": "restored"}, {"at": NOON + DAY}, {"actor": None}, {"number": 1}],
        ids=str,
    )
    def test_an_event_changed_behind_its_back_is_found(self, since, change):
        event = suspend(self.credential, by=self.by, reason=REASON, at=NOON)
        if "number" in change:
            event.pk = None
            CredentialEvent(
                credential=self.credential, number=9, kind="revoked", at=NOON, actor=self.by
            ).save()
        else:
            CredentialEvent.objects.filter(pk=event.pk).update(**change)
        (fault,) = events_unlike_the_log()
        assert str(self.credential.pk) in fault


class TestCourses:
    def test_a_course_is_declared(self, since):
        by = make.user()
        course = make.full_course()
        make.lesson(course.get_children().first().specific, "One more")
        since.begin()
        edition = make.edition(course, by=by)
        assert (ActKind.COURSE_DECLARED, str(edition.pk), by, None) in since()

    def test_what_one_person_is_given(self, since):
        page = make.quiz_page(make.module(make.course()), make.quiz(attempts_allowed=2))
        place = make.enrolment(course=page.get_parent().get_parent().specific)
        by = make.user()
        since.begin()
        given = give_exception(
            place, page.quiz, {"extra_attempts": 1}, reason="Ill.", by=by, seen=0, at=NOON
        )
        moved = move_end(place, ends_at=NOON + DAY, reason="Ill.", by=by, seen=0, at=NOON)
        assert since() == [
            (ActKind.EXCEPTION_GIVEN, str(given.pk), by, place.learner),
            (ActKind.END_MOVED, str(moved.pk), by, place.learner),
        ]


class TestAccounts:
    @pytest.fixture(autouse=True)
    def _people(self, since):
        self.person, self.chief = make.user(), make.user(is_superuser=True)
        since.begin()

    def test_an_administrator_who_is_made_by_a_command(self, since):
        chief = User.objects.create_superuser("new@peerwork.example", "x", full_name="New")
        assert since() == [(ActKind.ADMINISTRATOR_MADE, str(chief.pk), None, chief)]

    def test_a_role_given_and_taken_from_either_side(self, since):
        role = Group.objects.get(name="Trainers")
        with LogContext(user=self.chief):
            self.person.groups.add(role)
            self.person.groups.remove(role)
            role.user_set.add(self.person)
            self.person.groups.clear()
            self.person.groups.clear()
        given = (ActKind.ROLE_GIVEN, str(role.pk), self.chief, self.person)
        taken = (ActKind.ROLE_TAKEN, str(role.pk), self.chief, self.person)
        assert since() == [given, taken, given, taken]

    def test_everybody_taken_out_of_a_role(self, since):
        role = Group.objects.get(name="Trainers")
        self.person.groups.add(role)
        role.user_set.clear()
        assert since()[-1] == (ActKind.ROLE_TAKEN, str(role.pk), None, self.person)

    def test_a_permission_given_and_taken(self, since):
        right = Permission.objects.first()
        self.person.user_permissions.add(right)
        self.person.user_permissions.set([])
        assert since() == [
            (ActKind.RIGHT_GIVEN, str(right.pk), None, self.person),
            (ActKind.RIGHT_TAKEN, str(right.pk), None, self.person),
        ]

    def test_what_becomes_of_an_account(self, since):
        person = User.objects.get(pk=self.person.pk)
        for field, value in [("is_superuser", True), ("is_superuser", False), ("is_active", False)]:
            setattr(person, field, value)
            person.save()
        person.is_active = True
        person.save(update_fields=["full_name"])
        person.save()
        assert [act[0] for act in since()] == [
            ActKind.ADMINISTRATOR_MADE,
            ActKind.ADMINISTRATOR_ENDED,
            ActKind.DEACTIVATED,
            ActKind.ACTIVATED,
        ]

    def test_a_name_that_is_changed_is_no_act_and_costs_no_query(
        self, since, django_assert_num_queries
    ):
        person = User.objects.defer("is_superuser").get(pk=self.person.pk)
        person.full_name = "Somebody Else"
        person.save(update_fields=["full_name"])
        assert since() == []

    def test_closing_an_account_and_thinking_better_of_it(self, since):
        at = timezone.now()
        ask_to_erase(self.person, at=at, by=self.person)
        ask_to_erase(self.person, at=at, by=self.person)
        undo(self.person, at=at)
        undo(self.person, at=at)
        assert since() == [
            (ActKind.ERASURE_ASKED, str(self.person.pk), self.person, self.person),
            (ActKind.ERASURE_UNDONE, str(self.person.pk), self.person, self.person),
        ]

    def test_a_backup_that_is_put_back(self, since):
        number = Act.objects.count()
        record_restored_backup(at=NOON)
        assert since() == [(ActKind.BACKUP_RESTORED, str(number), None, None)]


# By the doors of the staff pages -----------------------------------------------------------


def test_reading_how_a_learner_did_is_an_act(world, browser_of, since):
    browser, registrar = browser_of("registrar"), world.people["registrar"]
    learner, attempt = world.people["learner"], world.handed_in["learner"]
    since.begin()
    for name in ("attempts:inspect", "attempts:paper"):
        assert browser.get(reverse(name, args=[attempt.pk])).status_code == 200
    assert browser.get(reverse("learners:learner", args=[learner.pk])).status_code == 200
    assert since() == [
        (ActKind.READ, str(attempt.pk), registrar, learner),
        (ActKind.READ, str(attempt.pk), registrar, learner),
        (ActKind.READ, str(learner.pk), registrar, learner),
    ]


def test_what_is_refused_was_not_read(world, browser_of, since):
    attempt = world.handed_in["learner"]
    since.begin()
    browser_of("assessor").get(reverse("attempts:paper", args=[attempt.pk]))
    assert since() == []


def test_what_staff_publish_take_down_and_delete(world, browser_of, since):
    chief = world.people["superuser"]
    question = make.single_choice()
    page = make.lesson(world.module, "To be deleted")
    browser = browser_of("superuser")
    browser.get("/admin/")
    since.begin()
    app, model = question._meta.app_label, question._meta.model_name
    url = reverse(f"wagtailsnippets_{app}_{model}:unpublish", args=[question.pk])
    assert browser.post(url).status_code == 302
    url = reverse("wagtailadmin_pages:unpublish", args=[page.pk])
    assert browser.post(url).status_code == 302
    assert browser.post(reverse("wagtailadmin_pages:delete", args=[page.pk])).status_code == 302
    assert since() == [
        (ActKind.UNPUBLISHED, str(question.pk), chief, None),
        (ActKind.UNPUBLISHED, str(page.pk), chief, None),
        (ActKind.DELETED, str(page.pk), chief, None),
    ]


def test_a_draft_is_no_act_and_its_publication_is(world, since):
    page = make.lesson(world.module, "A draft")
    since.begin()
    page.title = "Another draft"
    page.save_revision(user=world.people["trainer"], log_action=True)
    assert since() == []
    page.get_latest_revision().publish(user=world.people["lead trainer"])
    lead = world.people["lead trainer"]
    assert since() == [(ActKind.PUBLISHED, str(page.pk), lead, None)]


def test_an_account_that_the_staff_change(world, browser_of, since):
    person, chief = make.user(full_name="Ada Lund"), world.people["superuser"]
    browser = browser_of("superuser")
    browser.get("/admin/")
    since.begin()
    url = reverse("wagtailusers_users:edit", args=[person.pk])
    role = Group.objects.get(name="Trainers")
    response = browser.post(
        url,
        {
            "email": person.email,
            "full_name": "Ada Lund",
            "language": "en",
            "groups": [role.pk],
            "is_active": "on",
        },
    )
    assert response.status_code == 302, response.context["form"].errors
    assert set(since()) == {
        (ActKind.ROLE_GIVEN, str(role.pk), chief, person),
        (ActKind.CHANGED, str(person.pk), chief, person),
    }
