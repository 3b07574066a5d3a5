"""The nine whom one meets in one conversation each: their hair, skin and clothes, and how they are drawn."""

from __future__ import annotations

from practice.portraits.faces import INK, disc, line, oval, shape
from practice.portraits.kit import NECK, SHOULDERS, Person

# Sunil: in his fifties, and keeps his coat on. It is done up until he is at ease -----------

COAT, COAT_DARK = "#3d4a5c", "#2c3745"


def sunil_body(face: str) -> str:
    if face == "eased":
        shirt = shape("M37 69h22l-5 31H42z", "#e9dfcc") + line("M48 76v24", "#cdbf9f", 1.4)
        lapels = shape("M36 68l8 32h-8L28 72zM60 68l-8 32h8l8-28z", COAT_DARK)
        return shape(SHOULDERS, COAT) + shirt + lapels
    buttons = "".join(disc(48, y, 1.6, "#8f99a8") for y in (79, 87, 95))
    collar = shape("M37 67l11 8 11-8 4 9-15 6-15-6z", COAT_DARK)
    return shape(SHOULDERS, COAT) + line("M48 76v24", COAT_DARK, 1.4) + collar + buttons


def sunil_head(face: str, drawn: str) -> str:
    skin, tone, hair = "#a8744a", "#8a5a36", "#4a4541"
    ears = disc(33.8, 46, 2.8, skin) + disc(62.2, 46, 2.8, skin)
    head = shape("M34 41c0-13 6-19 14-19s14 6 14 19v8c0 8-6 14-14 14s-14-6-14-14z", skin)
    beard = shape(
        "M34.2 47c1 1.500 2 4 3.300 5 3-2.600 18-2.600 21 0 1.300-1 2.300-3.500 3.300-5 .3 10-5 17.500-13.800 17.500S33.900 57 34.200 47z",
        hair,
    )
    lips = oval(48, 55.6, 6.4, 3.4, skin)
    sides = shape(
        "M33.500 42c-.5-9 2-14 5-17 1 5-1 10-3 17zM62.500 42c.5-9-2-14-5-17-1 5 1 10 3 17z", hair
    )
    crown = shape("M37 27c3-7 19-7 22 0-6-3-16-3-22 0z", hair)
    grey = line("M39 59q2 3 4 3.500M57 59q-2 3-4 3.500", "#8d857c", 1.2)
    return shape(NECK, tone) + ears + head + beard + lips + sides + crown + grey + drawn


# Greta: a nurse of twenty years. Her glasses are pushed up into her hair -------------------


def greta_body(face: str) -> str:
    tunic = shape(SHOULDERS, "#8d86ab") + shape("M38 69l10 14 10-14z", "#efc9ae")
    seams = line("M38 69l10 14 10-14M48 83v17", "#6d668c", 1.6)
    watch = (
        line("M66 80v5", "#6d668c", 1.4)
        + disc(66, 88, 3, "#f3ecdf")
        + line("M66 88v-1.600h1", INK, 0.8)
    )
    return tunic + seams + watch


def greta_head(face: str, drawn: str) -> str:
    skin, tone, hair, dark = "#efc9ae", "#d3a687", "#cdb48a", "#b3976a"
    back = shape(
        "M48 19c-16 0-20 12-19 24 .4 8 1 13 3 17 4 3 9 2 10-1h12c1 3 6 4 10 1 2-4 2.600-9 3-17 1-12-3-24-19-24z",
        hair,
    )
    head = shape("M34 40c0-12 6-17 14-17s14 5 14 17v8c0 9-7 15.500-14 15.500S34 57 34 48z", skin)
    fringe = shape(
        "M33 41c-1-14 6-19 15-19s16 5 15 19c-2-5-4-8-7-10-6 3-14 4-19 3-2 1-3 4-4 7z", hair
    )
    parting = line("M41 23.500c-1 3-3 6-6 8M52 23c3 2 6 4 8 8", dark, 1.1)
    pushed = f'<g transform="translate(0 -18.500)">{line(HALF_RIMS, "#6d4b3a", 1.3)}</g>'
    return back + shape(NECK, tone) + head + drawn + fringe + parting + pushed


HALF_RIMS = "M37 44.500c0 5 9 5 9 0zM50 44.500c0 5 9 5 9 0zM46 44.500h4"


# Nasrin: has waited five months. One writes to her -----------------------------------------


def nasrin_body(face: str) -> str:
    blouse = shape(SHOULDERS, "#b5563f")
    collar = shape("M38 68l10 12-8 4-7-13zM58 68L48 80l8 4 7-13z", "#c96a52")
    return blouse + collar + line("M48 82v18", "#8f3f2c", 1.4)


def nasrin_head(face: str, drawn: str) -> str:
    skin, tone, hair = "#cf9b70", "#ad7a50", "#2b201c"
    back = shape(
        "M48 18c-16 0-20 13-19 26 .4 9 2 15 5 19h28c3-4 4.600-10 5-19 1-13-3-26-19-26z", hair
    )
    head = shape(
        "M34 41c0-12 6-17 14-17s14 5 14 17c0 12-6.500 22-14 22.500C40.500 63 34 53 34 41z", skin
    )
    sweep = shape(
        "M33 44c-2-15 5-22 15-22s17 7 15 22c-1-7-3-11-7-14-4-2-7-3-9-5-3 7-11 9-14 19z", hair
    )
    streak = line("M47 23.500c-1 5-6 8-10 12", "#8f867d", 1.5)
    studs = disc(34.4, 52, 1.2, "#e3c98f") + disc(61.6, 52, 1.2, "#e3c98f")
    return back + shape(NECK, tone) + head + studs + drawn + sweep + streak


def nasrin_over(face: str) -> str:
    """Her hair is tied to one side; when she is at ease it hangs behind her."""
    if face == "eased":
        return ""
    tail = shape("M31 60c-6 4-8 12-7 22 1 5 4 9 7 11 2-9 3-22 5-29z", "#2b201c")
    return tail + line("M30 64.500l6 1.500", "#b5563f", 2.6)


# Joel: usually jokes. One walks along the canal with him -----------------------------------


def joel_body(face: str) -> str:
    jacket = shape(SHOULDERS, "#d9a441") + line("M48 78v22", "#b07f24", 1.8)
    hood = shape("M32 72c3-8 9-9 16-9s13 1 16 9c-4 7-9 9-16 9s-12-2-16-9z", "#b98a2f")
    inside = shape("M38 68h20l-4 11H42z", "#5b6a52")
    return jacket + hood + inside


def joel_head(face: str, drawn: str) -> str:
    skin, tone, hair, dark = "#f0c7a8", "#d6a07c", "#b4582b", "#94431d"
    ears = disc(33.6, 46, 2.8, skin) + disc(62.4, 46, 2.8, skin)
    head = oval(48, 44, 14.2, 19.5, skin)
    curls = "".join(
        disc(x, y, r, hair)
        for x, y, r in ((36, 30, 5.5), (41, 25, 6), (48, 22.5, 6.5), (55, 25, 6), (60, 30, 5.5))
    )
    beard = shape(
        "M33.800 45c.8 3 2 5 4 6 4-2.400 16-2.400 20 0 2-1 3.200-3 4-6 1.500 13-4 23-14 23s-15.500-10-14-23z",
        hair,
    )
    mouth = oval(48, 55.4, 6.6, 3.2, skin)
    strands = line("M41 62q2 3 3 3.500M55 62q-2 3-3 3.500M48 62v4", dark, 1.2)
    freckles = "".join(
        disc(x, y, 0.7, tone) for x, y in ((38.5, 48.6), (40.6, 49.8), (57.5, 48.6), (55.4, 49.8))
    )
    return shape(NECK, tone) + ears + head + curls + beard + mouth + strands + freckles + drawn


# Noor: has just come out of a short appointment ---------------------------------------------


def noor_body(face: str) -> str:
    top = shape(SHOULDERS, "#f3ecdf") + line("M30 80h36M27 87h42M25 94h46", "#3f6f8a", 2.4)
    jacket = shape("M6 100c2-21 15-28 29-30l3 30zM90 100c-2-21-15-28-29-30l-3 30z", "#3c4f6e")
    strap = line("M62 71L39 100", "#8a5a36", 3.4)
    return top + jacket + strap


def noor_head(face: str, drawn: str) -> str:
    skin, tone, hair = "#d8aa80", "#b5855b", "#231a17"
    places = (
        (33, 30, 8), (40, 22, 8), (48, 19.5, 8), (56, 22, 8), (63, 30, 8), (66, 39, 7.5),
        (30, 39, 7.5), (30, 48, 7), (66, 48, 7), (32, 55, 6), (64, 55, 6),
    )  # fmt: skip
    cloud = "".join(disc(x, y, r, hair) for x, y, r in places)
    head = shape(
        "M34.500 41c0-12 6-16.500 13.500-16.500S61.500 29 61.500 41c0 12-6 21.500-13.500 22-7.500-.5-13.500-10-13.500-22z",
        skin,
    )
    front = "".join(
        disc(x, y, 4.4, hair) for x, y in ((37, 31), (42.5, 28), (49, 27), (55, 28.5), (59, 32))
    )
    clip = line("M56.500 26.500l6 4", "#d9a441", 2.2)
    return cloud + shape(NECK, tone) + head + drawn + front + clip


# Ash (they): first week back at college ------------------------------------------------------

BEADS = ("#2f6f9a", "#6aa6c4", "#254f78", "#8fc3d8", "#3f86ad")


def ash_body(face: str) -> str:
    jumper = shape(SHOULDERS, "#6d8f7b") + line("M38 70q10 9 20 0", "#53735f", 3.2)
    ribs = line("M26 82l3 18M70 82l-3 18", "#53735f", 1.2)
    beads = "".join(
        disc(38 + step * 5, 76 + (4 - (step - 2) ** 2) * 1.3, 2, colour)
        for step, colour in enumerate(BEADS)
    )
    return jumper + ribs + beads


def ash_head(face: str, drawn: str) -> str:
    skin, tone, hair, tips = "#e6bd97", "#c99b73", "#3a2f2b", "#3f86ad"
    ears = disc(34, 46, 2.7, skin) + disc(62, 46, 2.7, skin) + disc(62.4, 49.4, 1, "#9aa0a6")
    head = shape(
        "M34.500 40c0-12 6-17.500 13.500-17.500S61.500 28 61.500 40v6c0 10-6 17-13.500 17.500C40.500 63 34.500 56 34.500 46z",
        skin,
    )
    shaved = shape("M61.600 42c1-9-1-14-5-17l-4 4c4 2 6 6 7 13z", "#6a5b53")
    drop = 2 if face in {"guarded", "strained"} else 0
    swept = shape(
        f"M57 24c-5-5-17-4-21 3-3 5-4 11-3.500 {17 + drop:g}c2-1 3-4 4-8 5-1 12-3 15-9 2 0 4 1 6 2z",
        hair,
    )
    dyed = shape(
        f"M32.500 {43 + drop:g}c0-5 1-9 3-13 0 4 0 7-.5 10-.6 1.600-1.500 2.600-2.500 3z", tips
    )
    streak = line("M38 31c5 0 10-2 13-5", tips, 1.8)
    return shape(NECK, tone) + ears + head + shaved + drawn + swept + dyed + streak


# Milan: lost his work last week. One writes to him -------------------------------------------


def milan_body(face: str) -> str:
    jumper = shape(SHOULDERS, "#4f6b5a")
    collar = shape("M38 68l9 9-8 5-4-12zM58 68l-9 9 8 5 4-12z", "#dfe6ea")
    return (
        jumper
        + shape("M40 70h16l-8 9z", "#ecc7a6")
        + collar
        + line("M38 82q10 6 20 0", "#3b5244", 1.6)
    )


def milan_head(face: str, drawn: str) -> str:
    skin, tone, hair = "#ecc7a6", "#cda07c", "#5d5148"
    ears = disc(33.4, 46, 2.9, skin) + disc(62.6, 46, 2.9, skin)
    head = shape(
        "M33.800 40c0-12 6-18 14.200-18s14.200 6 14.200 18v10c0 7-6 13.500-14.200 13.500S33.800 57 33.800 50z",
        skin,
    )
    stubble = shape(
        "M34 49c2 3 5 4 7 3.500 4-1 10-1 14 0 2 .5 5-.5 7-3.500 0 8-5 14.500-14 14.500S34 57 34 49z",
        "#d3b096",
    )
    top = shape(
        "M33 39c-1-12 5-18 15-18s16 6 15 18c-1-3-2-6-4-8-4 0-7-1-11-4-4 3-7 4-11 4-2 2-3 5-4 8z",
        hair,
    )
    temples = line("M34.500 37v5M61.500 37v5", "#9a8f86", 1.8)
    frames = line(
        "M36 40h10.500v7.500H38q-2 0-2-2zM60 40H49.500v7.500H58q2 0 2-2zM46.500 42h3", INK, 1.3
    )
    return shape(NECK, tone) + ears + head + stubble + top + temples + drawn + frames


# Ruben: mends things, and is good with his hands ---------------------------------------------


def ruben_body(face: str) -> str:
    shirt = shape(SHOULDERS, "#7e97a8") + shape("M38 69l10 10 10-10z", "#8b5a3c")
    apron = shape("M34 80h28l3 20H31z", "#5c4a3a") + line("M35 80l5-12M61 80l-5-12", "#5c4a3a", 3)
    pocket = line("M42 91h12v9M42 91v9", "#7a654f", 1.4)
    return shirt + apron + pocket


def ruben_head(face: str, drawn: str) -> str:
    skin, tone, grey = "#8b5a3c", "#6e432a", "#b9b0a6"
    ears = disc(33.6, 45, 3, skin) + disc(62.4, 45, 3, skin)
    head = shape("M34 40c0-13 6-19.500 14-19.500S62 27 62 40v8c0 8-6 15-14 15s-14-7-14-15z", skin)
    shine = line("M41 27c2-2 5-3 8-3", "#a5714f", 1.6)
    sides = line("M34.200 39v6M61.800 39v6", grey, 2.2)
    goatee = shape(
        "M41.500 53c2-2 11-2 13 0 .6 6-1 12-6.500 12.500-5.500-.5-7.100-6.500-6.500-12.500z", grey
    )
    lips = oval(48, 55.4, 5, 2.8, skin)
    pencil = line("M60 37l9-6", "#d9a441", 2.2) + line("M69 31l1.600-1", INK, 1.4)
    return shape(NECK, tone) + ears + head + shine + sides + goatee + lips + pencil + drawn


# Bo: a friend who stays ----------------------------------------------------------------------

WOOL, WOOL_DARK = "#8a4b58", "#6d3743"


def bo_body(face: str) -> str:
    sleeves = shape(SHOULDERS, "#cfc5b4")
    vest = shape("M24 77c6-5 11-6 15-7l9 12 9-12c4 1 9 2 15 7l3 23H21z", "#3f5f5a")
    quilts = line("M24 84h23M49 84h23M22 92h25M49 92h25M48 82v18", "#2f4a46", 1.4)
    return sleeves + vest + quilts


def bo_head(face: str, drawn: str) -> str:
    skin, tone, hair = "#e3b98f", "#c2946a", "#1d1917"
    back = shape("M33 34c-3 8-3 18-1 25l5-2V36zM63 34c3 8 3 18 1 25l-5-2V36z", hair)
    head = shape(
        "M33.500 40c0-11 6-17 14.500-17s14.500 6 14.500 17c0 13-6.500 23-14.500 23s-14.500-10-14.500-23z",
        skin,
    )
    low = {"guarded": 1.5, "strained": 1, "eased": -1.5}.get(face, 0)
    cap = shape("M32 32c-1-13 6-20 16-20s17 7 16 20z", WOOL)
    brim = shape("M31 29.500q17-4 34 0v6q-17-4-34 0z", WOOL_DARK)
    knit = line("M40 15v12M48 13v13M56 15v12", WOOL_DARK, 1.1)
    hat = f'<g transform="translate(0 {low:g})">{cap}{knit}{brim}</g>'
    return back + shape(NECK, tone) + head + drawn + hat


OTHERS = {
    "Sunil": Person("paper", "#a8744a", "#855633", "#3a3532", "#7a4030", sunil_body, sunil_head),
    "Greta": Person("sky", "#efc9ae", "#cfa082", "#a08a62", "#b0655a", greta_body, greta_head),
    "Nasrin": Person(
        "clay", "#cf9b70", "#a97448", "#231915", "#94493b", nasrin_body, nasrin_head, nasrin_over
    ),
    "Joel": Person("sky", "#f0c7a8", "#d09a76", "#94431d", "#a9584a", joel_body, joel_head),
    "Noor": Person("clay", "#d8aa80", "#b28055", "#1d1512", "#9a4c3f", noor_body, noor_head),
    "Ash": Person("accent", "#e6bd97", "#c4956c", "#3a2f2b", "#a4594c", ash_body, ash_head),
    "Milan": Person("sun", "#ecc7a6", "#c99a75", "#4f443c", "#a5604f", milan_body, milan_head),
    "Ruben": Person("sunk", "#8b5a3c", "#693f27", "#a39a90", "#5a2d1f", ruben_body, ruben_head),
    "Bo": Person("paper", "#e3b98f", "#bd8d63", "#1d1917", "#a0564a", bo_body, bo_head),
}
"""Those who are met once, by name."""
