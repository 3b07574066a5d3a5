"""What the roles may do with the whole site: open the staff pages, and work on pages and files."""

from people.roles import ASSESSORS, LEAD_TRAINERS, REGISTRARS, TRAINERS, Mappings

OPEN = "wagtailadmin.access_admin"
# Wagtail's own; a page is translated by whoever may edit it, besides.
TRANSLATE = "simple_translation.submit_translation"
PERMISSIONS: Mappings = {
    TRAINERS: [OPEN, TRANSLATE],
    LEAD_TRAINERS: [OPEN, TRANSLATE],
    ASSESSORS: [OPEN],
    REGISTRARS: [OPEN],
}

WRITE_PAGES = ["wagtailcore.add_page", "wagtailcore.change_page"]
PAGE_PERMISSIONS: Mappings = {
    TRAINERS: WRITE_PAGES,
    LEAD_TRAINERS: [
        *WRITE_PAGES,
        "wagtailcore.publish_page",
        "wagtailcore.lock_page",
        "wagtailcore.unlock_page",
    ],
}

USE_FILES = [
    "wagtailimages.add_image",
    "wagtailimages.choose_image",
    "wagtaildocs.add_document",
    "wagtaildocs.choose_document",
    "wagtailmedia.add_media",
]
COLLECTION_PERMISSIONS: Mappings = {
    TRAINERS: USE_FILES,
    LEAD_TRAINERS: [
        *USE_FILES,
        "wagtailimages.change_image",
        "wagtaildocs.change_document",
        # Wagtail lets people choose only those recordings that they may change.
        "wagtailmedia.change_media",
    ],
}
