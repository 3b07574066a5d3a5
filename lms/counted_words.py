"""What Wagtail and its library for sound and film say of a number of things, in English alone.

As `lms/wagtail_words.py`: our catalogue gives the Spanish, and `makemessages` finds these here.
"""

from __future__ import annotations

from django.utils.translation import ngettext_lazy

BY_NUMBER = (
    ngettext_lazy(
        '%(total)s Page <span class="w-sr-only">created in %(site_name)s</span>',
        '%(total)s Pages <span class="w-sr-only">created in %(site_name)s</span>',
        1,
    ),
    ngettext_lazy("Referenced %(count)s time", "Referenced %(count)s times", 1),
    ngettext_lazy(
        "%(num_parent_objects)d page has been deleted",
        "%(num_parent_objects)d pages have been deleted",
        1,
    ),
    ngettext_lazy(
        "%(num_parent_objects)d page has been published",
        "%(num_parent_objects)d pages have been published",
        1,
    ),
    ngettext_lazy(
        "%(num_parent_objects)d page has been unpublished",
        "%(num_parent_objects)d pages have been unpublished",
        1,
    ),
    ngettext_lazy("%(num_parent_objects)d page", "%(num_parent_objects)d pages", 1),
    ngettext_lazy("%(num_child_objects)d child page", "%(num_child_objects)d child pages", 1),
    ngettext_lazy(
        "This action will delete <b>%(total_pages_formatted)s</b> page in total.",
        "This action will delete <b>%(total_pages_formatted)s</b> pages in total.",
        1,
    ),
    ngettext_lazy(
        "One other user is currently viewing",
        "%(num_user)s other users are currently viewing",
        1,
    ),
    ngettext_lazy(
        "This %(model_name)s is referenced %(usage_count)s time.",
        "This %(model_name)s is referenced %(usage_count)s times.",
        1,
    ),
    ngettext_lazy(
        "1 snippet type",
        "%(counter)s snippet types",
        1,
    ),
    ngettext_lazy(
        "This workflow is in progress on %(states_in_progress)d page/snippet. Disabling "
        "this workflow will cancel moderation on this page/snippet.",
        "This workflow is in progress on %(states_in_progress)d pages/snippets. "
        "Disabling this workflow will cancel moderation on these pages/snippets.",
        1,
    ),
    ngettext_lazy(
        "This task is in progress on %(states_in_progress)d page/snippet. Disabling this "
        "task will cause it to be skipped in the moderation workflow and not be listed "
        "for selection when editing a workflow.",
        "This task is in progress on %(states_in_progress)d pages/snippets. Disabling "
        "this task will cause it to be skipped in the moderation workflow and not be "
        "listed for selection when editing a workflow.",
        1,
    ),
    ngettext_lazy(
        '%(total)s Document <span class="w-sr-only">created in %(site_name)s</span>',
        '%(total)s Documents <span class="w-sr-only">created in %(site_name)s</span>',
        1,
    ),
    ngettext_lazy(
        '%(total)s Image <span class="w-sr-only">created in %(site_name)s</span>',
        '%(total)s Images <span class="w-sr-only">created in %(site_name)s</span>',
        1,
    ),
    ngettext_lazy(
        "%(count)s image",
        "%(count)s images",
        1,
    ),
    ngettext_lazy(
        "%(num_pages)d page",
        "%(num_pages)d pages",
        1,
    ),
    ngettext_lazy(
        "%(count)d %(model_name)s deleted.",
        "%(count)d %(model_name)s deleted.",
        1,
    ),
)
"""Of Wagtail."""

MEDIA_BY_NUMBER = (
    ngettext_lazy(
        "\n            There is one match\n        ",
        "\n            There are %(counter)s matches\n        ",
        1,
    ),
    ngettext_lazy("%(count)s media file", "%(count)s media files", 1),
    ngettext_lazy(
        '<span>%(total)s</span> Media file <span class="visuallyhidden w-sr-only">created in %(site_name)s</span>',
        '<span>%(total)s</span> Media files <span class="visuallyhidden w-sr-only">created in %(site_name)s</span>',
        1,
    ),
)
"""Of wagtailmedia."""
