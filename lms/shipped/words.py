"""English words of what is shipped that stand among those of the site, for the catalogue.

The templates translate what comes with the site, but `makemessages` reads no YAML. Only what it
finds here can have a translation. Lines that are in Spanish already have no place here.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

HELP_LINE_WORDS = (
    gettext_noop("Is something heavy here? You matter too."),
    gettext_noop("US and Canada"),
    gettext_noop("UK and Ireland"),
    gettext_noop("UK"),
    gettext_noop("Australia"),
    gettext_noop("New Zealand"),
    gettext_noop("Call 988"),
    gettext_noop("Text 988"),
    gettext_noop("Call 116 123"),
    gettext_noop("Text 85258"),
    gettext_noop("Call 13 11 14"),
    gettext_noop("Text 0477 13 11 14"),
    gettext_noop("Call 1737"),
    gettext_noop("Text 1737"),
    gettext_noop("By phone"),
    gettext_noop("By text message"),
)

COMPETENCY_NAMES = (
    gettext_noop("Explain peer support"),
    gettext_noop("Hold hope"),
    gettext_noop("Keep the person in charge"),
    gettext_noop("Use respectful words"),
    gettext_noop("Link to resources"),
    gettext_noop("Be present"),
    gettext_noop("Ask well"),
    gettext_noop("Reflect"),
    gettext_noop("Sum up"),
    gettext_noop("Stay steady"),
    gettext_noop("Adapt to the person"),
    gettext_noop("Recognise what makes sense"),
    gettext_noop("Validate in many ways"),
    gettext_noop("Feeling yes, harm no"),
    gettext_noop("Affirm and celebrate"),
    gettext_noop("Support chosen accountability"),
    gettext_noop("Make clear agreements"),
    gettext_noop("Share own story on purpose"),
    gettext_noop("Manage everyday boundaries"),
    gettext_noop("Protect privacy"),
    gettext_noop("Respond to crisis"),
    gettext_noop("Use supervision"),
    gettext_noop("Look after self"),
    gettext_noop("Stand up for rights"),
    gettext_noop("Plan with people"),
    gettext_noop("Bridge and connect"),
    gettext_noop("Work in many settings"),
    gettext_noop("Be fair, and let it be mutual"),
    gettext_noop("Work on record and in a team"),
)

PROVENANCE_WORDS = (
    gettext_noop("Drafted with an AI writing assistant; no named author has taken it over yet."),
    gettext_noop(
        "What we say about how to talk comes from the craft of peer support and not from trials; "
        "where we lean on research or law, the source is under the lesson."
    ),
)

STATEMENT_TITLES = (gettext_noop("Code of ethics"),)

CONVERSATION_SETS = (
    gettext_noop("Conversations about what peer support is"),
    gettext_noop("Conversations about listening"),
    gettext_noop("Conversations about validating"),
    gettext_noop("Conversations about boundaries"),
    gettext_noop("Conversations about plans and groups"),
    gettext_noop("Conversations about a crisis"),
)

SITE_WORDS = (gettext_noop("It is free."),)

TITLES_AT_THE_FOOT = (
    gettext_noop("About Peerwork"),
    gettext_noop("For organisations"),
    gettext_noop("Accessibility"),
    gettext_noop("Privacy"),
    gettext_noop("Help with learning"),
)
