"""What Wagtail says in Spanish is spelled rightly, true, and for each reader."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext
from wagtail.forms import TaskStateCommentForm
from wagtail.log_actions import registry

from assessments.kinds.true_false.model import TrueFalse
from courses.uploads.choosing import captions_chooser
from tests import make
from tests.site.test_staff_spanish import LIBRARIES, in_spanish, sentences_of

SLIP = re.compile(r"etiqueda|públicad|puede<a|\bvideo|\bVideo")


@pytest.mark.parametrize("library", LIBRARIES)
def test_no_sentence_of_a_library_has_a_known_slip(library):
    with translation.override("es"):
        wrong = [
            spanish
            for context, one, many in sentences_of(library)
            for spanish in [in_spanish(context, one, many), ngettext(one, many, 2) if many else ""]
            if SLIP.search(re.sub(r"%\(\w+\)[sd]|\{\w+\}", "", spanish)) and spanish != one
        ]
    assert wrong == []


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("wagtail.publish", "Publicado"),
        ("wagtail.unpublish", "Retirado"),
        ("wagtail.unpublish.scheduled", "Retirado a su hora"),
    ],
)
def test_the_history_of_a_page_says_what_was_done(action, words):
    formatter = registry.get_formatter(type("Entry", (), {"action": action}))
    with translation.override("es"):
        assert str(formatter.message) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "once you publish the page, or schedule it"),
        ("es", "en cuanto publiques la página o programes su publicación"),
    ],
)
def test_what_makes_a_schedule_hold_is_true_of_an_expiry_alone(language, words):
    with translation.override(language):
        sentence = gettext(
            "This publishing schedule will only take effect after you select the "
            '"Schedule to publish" option'
        )
    assert words in sentence


@pytest.mark.django_db
def test_which_kind_of_page_is_chosen_is_said_in_each_readers_language(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    address = reverse(TrueFalse.snippet_viewset.get_url_name("add"))
    for language, words in (("en", "Choose a page (Module)"), ("es", "(Módulo)")):
        browser = Client()
        browser.force_login(make.user(is_superuser=True, language=language))
        page = browser.get(address).content.decode()
        assert words in page
        assert ("Choose a page" in page) is (language == "en")


def test_the_label_of_a_readers_word_and_the_first_tab_of_a_chooser_wait_for_the_reader():
    with translation.override("es"):
        assert str(TaskStateCommentForm().fields["comment"].label) == "Comentario"
        assert str(captions_chooser.search_tab_label) == "Buscar"
