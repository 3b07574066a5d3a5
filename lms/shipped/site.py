"""Builds the site around the course: its front page, its settings and its standing pages."""

from __future__ import annotations

from wagtail.models import Locale, Page, Site

from lms.models import HelpLine, HomePage, SiteSettings, StandardPage
from lms.shipped.addresses import FIRST_HOST, settle_address
from lms.shipped.pieces import CONTENT, Pieces, blocks, key_of, load


class SiteBuilder:
    """Makes the pages that are there before there is a course."""

    def __init__(self, pieces: Pieces) -> None:
        self.pieces = pieces
        self.site = load(CONTENT / "site.yaml")

    def build(self) -> HomePage | None:
        """The front page, unless it was deleted since."""
        self.home = self.build_home()
        self.build_settings()
        self.build_standing_pages()
        return self.home

    def build_home(self) -> HomePage | None:
        if not self.pieces.is_new("home"):
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
        self.pieces.publish(Page.get_first_root_node(), home)
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
        if site is None or not self.pieces.is_new("settings"):
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
            if self.home is not None and self.pieces.is_new(f"page:{shipped['slug']}"):
                self.pieces.publish(
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
