"""The first of the staff pages has what a registrar comes for."""

from django.urls import reverse

from certificates.models import Credential
from tests import make


class TestAtHome:
    """The first of the staff pages has what a registrar comes for."""

    def home(self, client):
        return client.get(reverse("wagtailadmin_home")).content.decode()

    def test_it_leads_to_the_register_to_issuing_and_to_awards(self, client, registrar):
        page = self.home(client)
        for name in ("credentials:index", "credentials:issue", "awards:index"):
            assert f'href="{reverse(name)}"' in page
        assert "could not be made" not in page

    def test_it_says_how_many_certificates_could_not_be_made_and_where(self, client, registrar):
        make.credential()
        Credential.objects.update(pdf_problem="No letters for this.")
        make.credential()
        page = self.home(client)
        assert "One certificate could not be made." in page
        assert f'href="{reverse("credentials:index")}?certificate=not_made"' in page

    def test_who_may_only_read_is_offered_no_more(self, client):
        client.force_login(make.staff("certificates.view_credential"))
        page = self.home(client)
        assert "certificates-at-home" in page
        assert reverse("credentials:issue") not in page
        assert reverse("awards:index") not in page

    def test_others_see_nothing_of_it(self, client):
        client.force_login(make.staff("wagtailcore.add_page"))
        assert "certificates-at-home" not in self.home(client)
