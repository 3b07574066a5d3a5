"""Language and time zone: the account's own, else what the visitor's browser asks for."""

import pytest
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone, translation

from people import views
from people.language_change import in_language_of
from people.middleware import LanguageMiddleware, PersonalResponseMiddleware
from people.models import User
from tests import make

pytestmark = pytest.mark.django_db

SPANISH = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}
LOGIN = "/accounts/login/"


def language_of(response):
    return response.headers["Content-Language"]


def test_a_visitor_is_answered_in_the_language_of_their_browser(client):
    response = client.get(LOGIN, headers=SPANISH)
    assert language_of(response) == "es"
    assert '<html lang="es"' in response.content.decode()
    assert "Accept-Language" in response.headers["Vary"]


def test_what_a_visitor_chose_goes_before_their_browser(client):
    client.post("/accounts/language/", {"language": "en", "next": LOGIN})
    assert language_of(client.get(LOGIN, headers=SPANISH)) == "en"


def test_what_the_account_says_goes_before_all(client, ada):
    User.objects.update(language="es")
    client.cookies["django_language"] = "en"
    client.force_login(ada)
    assert language_of(client.get("/accounts/profile/", headers={"Accept-Language": "en"})) == "es"


def test_choosing_a_language_changes_the_account(client, ada):
    client.force_login(ada)
    response = client.post("/accounts/language/", {"language": "es", "next": "/courses/"})
    assert response.headers["Location"] == "/courses/"
    assert User.objects.get().language == "es"
    assert language_of(client.get("/accounts/profile/")) == "es"


@pytest.mark.parametrize("language", ["xx", "", "es\r\nSet-Cookie: a=b", "<script>"])
def test_a_language_that_there_is_not_changes_nothing(client, ada, language):
    client.force_login(ada)
    response = client.post("/accounts/language/", {"language": language})
    assert response.status_code == 302
    assert "django_language" not in response.cookies
    assert User.objects.get().language == "en"


def test_choosing_a_language_leads_nowhere_else(client):
    response = client.post("/accounts/language/", {"language": "es", "next": "//evil.example/"})
    assert response.headers["Location"] == "/"


def test_choosing_a_language_is_never_a_link(client):
    assert client.get("/accounts/language/").status_code == 405


def test_a_request_refused_early_is_refused_in_the_visitors_language(client):
    response = client.get("/?q=%00", headers=SPANISH)
    assert response.status_code == 400
    assert language_of(response) == "es"


def test_one_visitors_language_does_not_stay_for_the_next(client):
    client.get(LOGIN, headers=SPANISH)
    assert translation.get_language() == "en"
    assert language_of(Client().get(LOGIN)) == "en"


def test_a_signed_in_person_costs_no_query_beyond_themselves(ada, rf, django_assert_num_queries):
    client = Client()
    client.force_login(ada)
    language = LanguageMiddleware(lambda request: HttpResponse())

    def view(request):
        language.process_view(request, view, (), {})
        return HttpResponse("Hello")

    handler = LanguageMiddleware(
        SessionMiddleware(AuthenticationMiddleware(PersonalResponseMiddleware(view)))
    )
    request = rf.get("/")
    request.COOKIES["sessionid"] = client.session.session_key
    with django_assert_num_queries(2):  # the session, and the person
        response = handler(request)
    assert response.headers["Cache-Control"] == "private, no-store"


def test_times_are_shown_in_the_persons_own_time_zone(client, ada, monkeypatch):
    time_zones = []
    render = views.render

    def record_time_zone(*args, **kwargs):
        time_zones.append(timezone.get_current_timezone_name())
        return render(*args, **kwargs)

    monkeypatch.setattr(views, "render", record_time_zone)
    User.objects.update(time_zone="America/Lima")
    client.force_login(ada)
    client.get("/accounts/profile/")
    assert time_zones == ["America/Lima"]
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_person_changes_their_name_language_and_time_zone(client, ada):
    client.force_login(ada)
    page = client.get("/accounts/profile/").content.decode()
    assert 'value="Ada Okafor"' in page
    response = client.post(
        "/accounts/profile/",
        {"full_name": "Ada N. Okafor", "language": "es", "time_zone": "Europe/Madrid"},
    )
    assert response.headers["Location"] == "/accounts/profile/"
    person = User.objects.get()
    assert (person.full_name, person.language, person.time_zone) == (
        "Ada N. Okafor",
        "es",
        "Europe/Madrid",
    )


def test_a_time_zone_that_this_machine_does_not_know_locks_nobody_out(client, ada):
    User.objects.update(time_zone="Mars/Olympus")
    client.force_login(ada)
    assert client.get("/accounts/sessions/").status_code == 200
    assert 'value="Mars/Olympus" selected' in client.get("/accounts/profile/").content.decode()


def test_a_rare_time_zone_stays_on_offer_to_whoever_has_it(client, ada):
    User.objects.update(time_zone="Asia/Thimphu")
    client.force_login(ada)
    assert 'value="Asia/Thimphu" selected' in client.get("/accounts/profile/").content.decode()


def test_a_mistake_in_the_profile_is_said_and_nothing_is_lost(client, ada):
    client.force_login(ada)
    response = client.post(
        "/accounts/profile/", {"full_name": "", "language": "xx", "time_zone": "Mars/Olympus"}
    )
    assert response.status_code == 422
    assert User.objects.get().full_name == "Ada Okafor"


def test_the_profile_is_nobody_elses(client):
    assert client.get("/accounts/profile/").headers["Location"].startswith("/accounts/login/")
    make.user()


# Signing in changes the language ------------------------------------------------------------


def sign_in(client, person, **options):
    form = {"login": person.email, "password": make.PASSWORD}
    return client.post(LOGIN, form, follow=True, **options)


def test_whoever_read_spanish_and_has_an_english_account_is_told_in_spanish(client, ada):
    client.post("/accounts/language/", {"language": "es", "next": LOGIN})
    page = sign_in(client, ada).content.decode()
    assert '<html lang="en"' in page
    assert "Idioma de tu cuenta: Inglés" in page
    assert "Seguir en español" in page
    assert 'form="choose-language" name="language" value="es"' in page
    assert 'id="choose-language"' in page


def test_one_press_keeps_what_they_read_there_and_in_the_account(client, ada):
    client.post("/accounts/language/", {"language": "es", "next": LOGIN})
    sign_in(client, ada)
    client.post("/accounts/language/", {"language": "es", "next": "/learn/"})
    assert language_of(client.get("/learn/")) == "es"
    assert User.objects.get().language == "es"


def test_it_is_said_once_in_a_browser(client, ada):
    assert "Idioma de tu cuenta: Inglés" in sign_in(client, ada, headers=SPANISH).content.decode()
    client.post("/accounts/logout/")
    assert language_of(client.get(LOGIN, headers=SPANISH)) == "en"
    assert "Idioma de tu cuenta" not in sign_in(client, ada, headers=SPANISH).content.decode()


def test_nothing_is_said_where_nothing_changes(client, ada):
    assert "The language of your account" not in sign_in(client, ada).content.decode()
    assert "django_language" not in client.cookies


def test_staff_are_led_to_where_their_language_is_set(client, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    staff = make.user(is_superuser=True)
    page = sign_in(client, staff, headers=SPANISH).content.decode()
    assert "Idioma de tu cuenta: Inglés" in page
    assert 'href="/admin/account/" lang="es"' in page
    assert 'form="choose-language" name="language" value="es" lang="es">Seguir' not in page


def test_what_is_said_on_the_way_in_is_in_the_language_of_the_page(client, ada):
    client.post("/accounts/language/", {"language": "es", "next": LOGIN})
    page = sign_in(client, ada).content.decode()
    assert '<html lang="en"' in page
    assert "You are signed in, Ada Okafor." in page
    assert "Has iniciado sesión" not in page


def test_a_language_that_the_site_does_not_have_changes_nothing(ada):
    ada.language = "xx"
    with translation.override("es"), in_language_of(ada):
        assert translation.get_language() == "es"
