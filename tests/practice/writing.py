"""Writes sound scripts, small and at random, and breaks them in one place at a time."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from practice.scripts import BEST, HALF, MISSED, Ending, Moment, Reply, Script

STRONG, OKAY, AGAIN = "strong", "okay", "again"
ENDINGS = (
    Ending(STRONG, "strong", "She stays.", "What did you notice?", face="eased"),
    Ending(OKAY, "okay", "She nods.", "Try one thing more."),
    Ending(AGAIN, "try again", "She leaves early.", "It happens to most of us."),
)


def reply(worth, leads_to, number=0, **fields):
    """A reply whose words have the same length whatever it is worth."""
    fields = {"words": f"“Reply {number:03}.”", **fields}
    return Reply(
        reaction="“Oh.”",
        feedback="It did something.",
        worth=worth,
        skill=f"skill {worth}",
        leads_to=leads_to,
        **fields,
    )


def moment(name, *replies, **fields):
    return Moment(name, fields.pop("words", f"“This is {name}.”"), replies, **fields)


def three(best, half, missed, start=0):
    """A best reply, one on the way and one that misses, by where they lead."""
    return (
        reply(MISSED, missed, start),
        reply(BEST, best, start + 1),
        reply(HALF, half, start + 2),
    )


def short_script(**fields):
    """Two moments, the second a red line, and three endings."""
    first = moment("n1", *three("n2", "n2", "n2"), face="guarded")
    second = moment(
        "n2", *three(STRONG, OKAY, AGAIN, 10), red_line=True, retry="Stand in it again.", help=True
    )
    fields = {
        "title": "At the door",
        "aim": "Listen.",
        "setting": "A door.",
        "cast": "Yusra",
        **fields,
    }
    return Script((first, second), ENDINGS, **fields)


@st.composite
def sound_scripts(draw, fewest=2, most=9):
    """A script without a fault: the best replies lead all the way, the others leap ahead."""
    count = draw(st.integers(fewest, most))
    names = [f"n{number}" for number in range(1, count + 1)]
    moments = []
    for place, name in enumerate(names):
        ahead = names[place + 1 :]
        is_last = not ahead
        best = STRONG if is_last else ahead[0]
        half = OKAY if is_last else draw(st.sampled_from([*ahead, OKAY]))
        missed = AGAIN if is_last else draw(st.sampled_from([*ahead, AGAIN]))
        replies = list(three(best, half, missed, place * 10))
        if draw(st.booleans()):
            replies.append(reply(MISSED, AGAIN if is_last else ahead[0], place * 10 + 5))
        red_line = draw(st.booleans())
        moments.append(
            moment(
                name,
                *draw(st.permutations(replies)),
                red_line=red_line,
                retry="Here it is again." if red_line else "",
                face=draw(st.sampled_from(["guarded", "listening", "eased", "strained"])),
            )
        )
    return Script(tuple(moments), ENDINGS)


def with_moment(script, place, **fields):
    """The script with some fields of one moment changed."""
    moments = list(script.moments)
    moments[place] = replace(moments[place], **fields)
    return replace(script, moments=tuple(moments))


def with_reply(script, place, number, **fields):
    """The script with some fields of one reply changed."""
    replies = list(script.moments[place].replies)
    replies[number] = replace(replies[number], **fields)
    return with_moment(script, place, replies=tuple(replies))


def with_every_reply(script, change):
    """The script with each reply as `change` makes it of the reply and its moment."""
    for place, each in enumerate(script.moments):
        replies = tuple(change(one, each) for one in each.replies)
        script = with_moment(script, place, replies=replies)
    return script
