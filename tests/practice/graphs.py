"""Scripts at random, sound or not: what authors leave behind half-way, and worse."""

from __future__ import annotations

from hypothesis import strategies as st

from practice.scripts import Ending, Moment, Reply, Script

ENDING_NAMES = ("strong", "okay", "again")
KINDS = ("strong", "okay", "try again")
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"]), max_size=30)


def reply_to(leads_to, worth=2, words="“I hear you.”"):
    return Reply(words, "“Oh.”", "It did something.", worth, "listening", leads_to)


@st.composite
def any_scripts(draw, most=8, words=None):
    """A script of any shape: with circles, dead ends, parts that nothing leads to, and empty ones."""
    names = [f"n{number}" for number in range(1, draw(st.integers(1, most)) + 1)]
    endings = draw(st.lists(st.sampled_from(ENDING_NAMES), unique=True, max_size=3))
    targets = st.sampled_from([*names, *endings, "nowhere", "n99"])
    moments = []
    for name in names:
        leads = draw(st.lists(targets, max_size=4))
        moments.append(
            Moment(
                name,
                draw(words) if words is not None else f"“This is {name}.”",
                tuple(
                    reply_to(
                        target,
                        draw(st.sampled_from([0, 1, 2])),
                        draw(words) if words is not None else "“Hm.”",
                    )
                    for target in leads
                ),
                red_line=draw(st.booleans()),
            )
        )
    return Script(
        tuple(moments),
        tuple(
            Ending(name, KINDS[ENDING_NAMES.index(name)], "She stays.", "And you?")
            for name in endings
        ),
    )


def leads_of(script):
    """Which name leads to which, read off the script by itself."""
    return {each.name: [one.leads_to for one in each.replies] for each in script.moments}


def come_to(leads, start):
    """Every name that can be come to from another, that one left out unless one comes back."""
    seen, ahead = set(), [*leads.get(start, ())]
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead += leads.get(name, ())
    return seen
