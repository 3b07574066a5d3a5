"""The six people who come back: what is their own of hair, skin and clothes, and how it is drawn."""

from __future__ import annotations

from practice.portraits.faces import INK, disc, line, oval, shape
from practice.portraits.kit import GLASSES, NECK, SHOULDERS, Person
from practice.portraits.others import OTHERS

# Yusra ----------------------------------------------------------------------------------


def yusra_body(face: str) -> str:
    return shape(SHOULDERS, "#e0c9a6") + line("M48 84v16", "#c4aa82", 1.6)


def yusra_head(face: str, drawn: str) -> str:
    scarf = shape(
        "M48 16c-19 0-24 16-23.5 30 .4 12 3 21 6 27 9 8 26 8 35 0 3-6 5.6-15 6-27C72 32 67 16 48 16z",
        "#2f6f62",
    )
    drape = shape("M29 68c9 9 29 9 38 0l5 9c-13 11-35 11-48 0z", "#2f6f62")
    fold = line("M31 73c10 7 25 7 34-1", "#235549", 1.8)
    loose = line("M66 34c3 6 3 12 1 18", "#235549", 1.6) if face == "eased" else ""
    band = line("M35 29c7-6 19-6 26 0", "#235549", 1.6)
    return (
        scarf + oval(48, 44, 14, 17.5, "#c98f63") + drawn + _glasses() + drape + fold + band + loose
    )


def _glasses(colour: str = INK) -> str:
    return line(GLASSES, colour, 1.2)


# Olu ------------------------------------------------------------------------------------

HOODIE, HOODIE_DARK = "#4b4f55", "#3a3e43"


def olu_body(face: str) -> str:
    hood = shape("M24 72c4-12 12-16 24-16s20 4 24 16c-8 8-40 8-48 0z", HOODIE_DARK)
    cord = line("M42 74v12M54 74v10", "#f0b78d", 1.8)
    return (hood if face == "eased" else "") + shape(SHOULDERS, HOODIE) + cord


def olu_head(face: str, drawn: str) -> str:
    skin = shape(NECK, "#5a3720") + oval(48, 44, 13.5, 19.5, "#6b4226")
    hair = shape(
        "M34.5 38c0-12 6-17 13.5-17s13.5 5 13.5 17c-3-5-6-7.5-13.5-7.500S37.5 33 34.5 38z",
        "#241a14",
    )
    ears = disc(34, 45, 2.8, "#6b4226") + disc(62, 45, 2.8, "#6b4226")
    if face == "eased":
        return ears + skin + hair + drawn
    top = 13 if face == "strained" else 15
    back = shape(
        f"M48 {top}c-19 0-23 16-22 31 1 12 3 19 7 27h30c4-8 6-15 7-27 1-15-3-31-22-31z", HOODIE
    )
    inside = oval(48, 46, 16.5, 22.5, HOODIE_DARK)
    rim = line("M33 64c6 8 24 8 30 0", HOODIE_DARK, 1.6)
    return back + inside + skin + hair + drawn + rim


# Robin ----------------------------------------------------------------------------------


def robin_body(face: str) -> str:
    shirt = shape(SHOULDERS, "#fffdf9") + line("M40 71q8 7 16 0", "#e0d6c6", 1.6)
    bib = shape("M32 82h32v18H32z", "#a84f2d")
    straps = shape("M28 72l6-1 4 12h-6zM68 72l-6-1-4 12h6z", "#a84f2d")
    return shirt + straps + bib + disc(35, 84, 1.5, "#f3ecdf") + disc(61, 84, 1.5, "#f3ecdf")


def robin_head(face: str, drawn: str) -> str:
    skin, tone = "#d9a77c", "#c08c60"
    ears = (
        disc(33, 46, 3, skin)
        + disc(63, 46, 3, skin)
        + line("M32.2 50.500a1.6 1.6 0 1 0 .1 0", "#9aa0a6", 1.1)
    )
    head = shape(
        "M33.5 40c0-13 6.5-18 14.5-18s14.5 5 14.5 18v9c0 8-6 14-14.5 14S33.5 57 33.5 49z", skin
    )
    hair = shape(
        "M32.5 40c-1-13 5-20 16-20 10 0 16 6 15 19-2-4-4-6-6-7-8 2-16 1-20-2-2 3-4 5-5 10z",
        "#1f1c1a",
    )
    lift = -1.5 if face == "eased" else 0
    smudge = oval(58, 51 + lift, 2.6, 1.2, "#544c43")
    return shape(NECK, tone) + ears + head + smudge + hair + drawn


# Winston --------------------------------------------------------------------------------

HAT, HAT_BAND = "#6f7d6d", "#556253"


def winston_body(face: str) -> str:
    cardigan = shape(SHOULDERS, "#7a5a43")
    shirt = shape("M38 70l10 26 10-26z", "#fffdf9") + shape("M46 77h4l2 19h-8z", "#2b5f75")
    collar = shape("M38 69l8 8-9 5zM58 69l-8 8 9 5z", "#f3ecdf")
    return cardigan + shirt + collar


def winston_head(face: str, drawn: str) -> str:
    skin, tone, white = "#e9c3a6", "#cfa384", "#f3ecdf"
    ears = (
        disc(33.5, 46, 3, skin)
        + disc(62.5, 46, 3, skin)
        + line("M63.5 42c2.5 1 2.5 4 1 5.5", "#8a7f70", 1.8)
    )
    head = oval(48, 44, 14.5, 20, skin)
    sides = shape("M33 46c-3-8 0-15 3-17 0 5 0 9-1 16zM63 46c3-8 0-15-3-17 0 5 0 9 1 16z", white)
    lines = line("M41 31.500h14M42.5 28.800h11M38.5 49.500l1.8 2M57.5 49.500l-1.8 2", tone, 0.9)
    lift = -0.8 if face == "eased" else 0
    moustache = shape(
        f"M48 {51.5 + lift:g}c-2.5-1.5-7-.5-8.5 3.5 3 1.5 6 1 8.5-.6 2.5 1.6 5.5 2.1 8.5.6-1.5-4-6-5-8.5-3.500z",
        white,
    )
    worn = _hat(0) if face in {"guarded", "listening"} else ""
    if face == "guarded":
        worn = _hat(2)
    return shape(NECK, tone) + ears + head + lines + sides + drawn + moustache + worn


def _hat(low: float) -> str:
    return (
        f'<g transform="translate(0 {low:g})">'
        + shape("M33 31c0-12 5-18 15-18s15 6 15 18z", HAT)
        + shape("M33 27h30v4H33z", HAT_BAND)
        + shape("M25 31.500q23-5 46 0 1 3-2 3-21-3-42 0-3 0-2-3z", HAT)
        + "</g>"
    )


def winston_over(face: str) -> str:
    if face in {"guarded", "listening"}:
        return ""
    down = 52 if face == "eased" else 48
    return f'<g transform="translate(16 {down:g}) rotate(6 48 30)">{_hat(0)}</g>'


# Amara ----------------------------------------------------------------------------------


def amara_body(face: str) -> str:
    blouse = shape(SHOULDERS, "#235549") + shape("M39 70l9 12 9-12z", "#5a3a28")
    cord = line("M36 70c0 14 5 20 12 20s12-6 12-20", "#8a7f70", 1)
    if face == "listening":
        return blouse + cord
    hanging = '<g transform="translate(9 53) scale(.81)">' + line(GLASSES, "#d9b56a", 1.4) + "</g>"
    return blouse + cord + hanging


def amara_head(face: str, drawn: str) -> str:
    skin, tone, hair = "#5a3a28", "#47291a", "#1d1612"
    bun = "".join(disc(x, y, r, hair) for x, y, r in ((48, 14, 10), (39, 18, 8), (57, 18, 8)))
    back = oval(48, 36, 16.5, 16, hair)
    head = oval(48, 45, 14, 18.5, skin)
    front = shape("M34 42c0-12 5-17 14-17s14 5 14 17c-4-6-8-10-14-10s-10 4-14 10z", hair)
    band = line("M35.5 30c7-6 18-6 25 0", "#a84f2d", 3.4)
    hoops = line("M33.5 51a2.6 2.6 0 1 0 .1 0M62.5 51a2.6 2.6 0 1 0 .1 0", "#d9a441", 1.2)
    crease = line("M48 35.500v2.6", tone, 1.1) if face == "strained" else ""
    worn = _glasses("#d9b56a") if face == "listening" else ""
    return bun + back + shape(NECK, tone) + head + front + band + hoops + crease + drawn + worn


# Paz ------------------------------------------------------------------------------------


def paz_body(face: str) -> str:
    return (
        shape(SHOULDERS, "#6d3b52")
        + shape("M35 66c8 7 18 7 26 0l4 8c-11 9-23 9-34 0z", "#d9a441")
        + line("M35 73c9 6 18 6 27 0", "#b5852d", 1.5)
    )


def paz_head(face: str, drawn: str) -> str:
    skin, tone, hair = "#b9794c", "#9c6038", "#2a1b14"
    back = shape(
        "M48 19c-15 0-19 12-18 25 .5 10 2 16 4 20h28c2-4 3.5-10 4-20 1-13-3-25-18-25z", hair
    )
    head = shape(
        "M33.5 40c0-12 6-17 14.5-17s14.5 5 14.5 17c0 11-6 22-14.5 23-8.5-1-14.5-12-14.5-23z", skin
    )
    low = 1.5 if face == "guarded" else 0
    fringe = shape(
        f"M33 {39 + low:g}c0-13 6-18 15-18s15 5 15 18c-2-4-3-5-5-5.5-6 1.5-14 1.5-20 0-2 .5-3 1.5-5 5.500z",
        hair,
    )
    return back + shape(NECK, tone) + head + drawn + fringe


def paz_over(face: str) -> str:
    plait = (
        ""
        if face == "eased"
        else "".join(
            oval(67 + step * 0.8, 62 + step * 7, 4.3 - step * 0.4, 4.4, "#2a1b14")
            for step in range(5)
        )
    )
    hand = oval(43, 80, 4.6, 3.4, "#b9794c") if face == "strained" else ""
    return plait + hand


PEOPLE = {
    **OTHERS,
    "Yusra": Person("sky", "#c98f63", "#a9713f", "#3b2a1c", "#8a4a34", yusra_body, yusra_head),
    "Olu": Person("sunk", "#6b4226", "#4e2e18", "#1b120d", "#3b1f13", olu_body, olu_head),
    "Robin": Person("accent", "#d9a77c", "#b98658", "#1f1c1a", "#8f4b38", robin_body, robin_head),
    "Winston": Person(
        "paper",
        "#e9c3a6",
        "#c3977a",
        "#cfc6b6",
        "#a4634c",
        winston_body,
        winston_head,
        winston_over,
    ),
    "Amara": Person("clay", "#5a3a28", "#3d2415", "#120d0a", "#2c140c", amara_body, amara_head),
    "Paz": Person("sun", "#b9794c", "#92592f", "#22150f", "#7c3a28", paz_body, paz_head, paz_over),
}
"""Everybody who is drawn, by name."""
