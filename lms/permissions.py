"""What the roles may do with the whole site: open the staff pages, and work on pages and files."""

from people.roles import ASSESSORS, LEAD_TRAINERS, REGISTRARS, TRAINERS, Mappings

PERMISSIONS: Mappings = {
    role: ["wagtailadmin.access_admin"] for role in (TRAINERS, LEAD_TRAINERS, ASSESSORS, REGISTRARS)
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
