"""Names as people type them, made safe to store and to print."""

import unicodedata

# Marks that reorder the text around them can make one name look like another.
BIDI_CONTROLS = dict.fromkeys(
    map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)
JOINERS = "\u200c\u200d"  # needed to write some names in Persian and in Indian scripts


def clean_name(text: str) -> str:
    """A name on one line: NFC, single spaces, no control or reordering characters.

    Everything else stays as it was typed.
    """
    text = unicodedata.normalize("NFC", text.translate(BIDI_CONTROLS))
    characters = (
        " " if character.isspace() else character
        for character in text
        if character.isspace()
        or character in JOINERS
        or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return " ".join("".join(characters).split())
