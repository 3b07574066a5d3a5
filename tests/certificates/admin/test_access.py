"""Registrars reach all of their pages, and nobody else does."""

import pytest
from django.urls import reverse

from certificates.models import Credential
from tests import make
from tests.certificates.admin.pages import change_url, record_url, send_change

PAGES = ["credentials", "awards", "issuers", "statements", "statement-texts"]


class TestWhoMaySee:
    def addresses(self, credential):
        return [
            *(reverse(f"{name}:index") for name in PAGES),
            reverse("credentials:issue"),
            record_url(credential),
            change_url(credential, "revoke"),
        ]

    def test_registrars_see_all_of_it(self, client, registrar):
        for url in self.addresses(make.credential()):
            assert client.get(url).status_code == 200
        assert "Certificates" in client.get(reverse("wagtailadmin_home")).content.decode()

    @pytest.mark.parametrize("visitor", ["trainer", "learner", "holder", "visitor"])
    def test_nobody_else_sees_or_does_any_of_it(self, client, visitor):
        credential = make.credential()
        people = {
            "trainer": lambda: make.staff("wagtailcore.add_page", "assessments.change_quiz"),
            "learner": make.user,
            "holder": lambda: credential.holder,
        }
        if visitor in people:
            client.force_login(people[visitor]())
        for url in self.addresses(credential):
            for response in (client.get(url), client.post(url, {"last_seen": 1, "reason": "x"})):
                assert response.status_code in {302, 403, 404, 405}
                assert credential.number not in response.content.decode()
        assert credential.events.count() == 1
        assert Credential.objects.count() == 1

    def test_the_menu_does_not_offer_it_to_trainers(self, client):
        client.force_login(make.staff())
        page = client.get(reverse("wagtailadmin_home")).content.decode()
        assert reverse("credentials:index") not in page

    def test_one_who_may_only_read_is_offered_and_allowed_no_more(self, client):
        credential = make.credential()
        client.force_login(make.staff("certificates.view_credential"))
        page = client.get(record_url(credential)).content.decode()
        assert change_url(credential, "revoke") not in page
        send_change(client, credential, "revoke")
        client.post(reverse("credentials:make_again", args=[credential.pk]))
        client.get(reverse("credentials:issue"))
        assert credential.events.count() == 1
