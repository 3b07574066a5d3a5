"""The Spanish of questions, conversations and replies is record for record what the English is.

These tests keep them in step (decisions 0126 and 0133): what was changed in English, and not here,
is found by them.
"""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from lms.shipped.pieces import CONTENT, FOUNDATIONS
from tests.shipped import content

SPANISH = FOUNDATIONS / "es"

FILES = [
    *(f"questions/{name}.jsonl" for name in content.bank_names()),
    "conversations.jsonl",
    "returns.jsonl",
]
ACCEPTED = {"accept", "answers"}
"""What learners type. These are no translations, and may be more or fewer."""

SAME_TEXTS = {
    "id", "type", "lesson", "part", "comps", "bank", "twin", "leads_to", "conv", "node", "face",
    "faces", "start", "end", "return", "after",
}  # fmt: skip
"""Texts that are codes, and so the same in both."""

NAMES = {"cast", "who"}
"""Who speaks: the same people."""

REPLIES = {"k", "ok", "OK"}
"""What somebody types on a phone in either language."""

BEST = {"conversations.jsonl": 3, "returns.jsonl": 2}
"""At which place of an option its worth stands."""

NEXT = 5
"""At which place of a conversation's option the node that comes next stands."""

ENGLISH = re.compile(
    r"\b(the|and|you|your|with|that|this|they|what|would|have|from|which|their|is|are|was|of|not"
    r"|about|because|when|how|could)\b",
    re.I,
)
GAP = re.compile(r"\{\d+\}")
NUMBER = re.compile(r"\b(988|911|999|112|111|000|116 123|85258|13 11 14)\b")
PAIRS = ["“”", "‘’", "()", "«»", "[]"]
INVERTED = ["¿?", "¡!"]
TYPED_ON_A_PHONE = {"“uf. y tu estas bien?”", "“enserio? grax”", "“azul!! quieres cuentas?”"}
"""Messages that young people type, as they type them: without the sign that opens."""

ELISION = re.compile(r"’toy|na’|(?<=\w)’(?=\w)")
"""How somebody speaks whom it is hard to wake; the sign is an apostrophe."""

BRING_HELP = re.compile(r"\b(bring|brings|brought|bringing) in help\b", re.I)
TRAER_AYUDA = re.compile(r"\btra(e|er|es|ído|jiste|erías|yendo)[^.]{0,12} ayuda\b", re.I)
ASK_ABOUT_SUICIDE = re.compile(r"suicid", re.I)


def records(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def name_of(record):
    """What a record is called by: a question's id, a reply's, or a node of a conversation."""
    names = [record.get(key) for key in ("id", "return", "conv", "node")]
    return "/".join(name for name in names if name)


def both(file):
    """Each record beside its translation."""
    return list(zip(records(FOUNDATIONS / file), records(SPANISH / file), strict=True))


def values(english, spanish, place=()):
    """Each value of a record with its translation and where it stands, but for accepted words."""
    assert type(english) is type(spanish), place
    if isinstance(english, dict):
        assert list(english) == list(spanish), place
        for key in english:
            if key not in ACCEPTED:
                yield from values(english[key], spanish[key], (*place, key))
    elif isinstance(english, list):
        assert len(english) == len(spanish), place
        for number, (mine, theirs) in enumerate(zip(english, spanish, strict=True)):
            yield from values(mine, theirs, (*place, number))
    else:
        yield place, english, spanish


def all_values(file):
    return [
        (f"{name_of(english)}:{'.'.join(map(str, place))}", place, mine, theirs)
        for english, spanish in both(file)
        for place, mine, theirs in values(english, spanish)
    ]


def is_a_code(place, file):
    """Whether a value is a code and no text: by its key, or the next node of an option."""
    if place[0] in SAME_TEXTS | NAMES:
        return True
    is_option = place[0] == "options" and file == "conversations.jsonl"
    return is_option and len(place) == 3 and place[2] == NEXT


def texts(file):
    """Every text that somebody would read, in both languages."""
    return [
        (name, english, spanish)
        for name, place, english, spanish in all_values(file)
        if isinstance(english, str) and not is_a_code(place, file)
    ]


def spoken(text):
    """A text without the messages that are typed as young people type."""
    for message in TYPED_ON_A_PHONE:
        text = text.replace(message, "")
    return text


def in_file():
    return pytest.mark.parametrize("file", FILES)


# The same records -------------------------------------------------------------------------------


def test_every_file_is_there_in_spanish_and_no_other():
    there = {str(path.relative_to(SPANISH)) for path in SPANISH.rglob("*.jsonl")}
    assert there == set(FILES)
    english = {path for path in CONTENT.rglob("*.jsonl") if "es" not in path.parts}
    assert english == {FOUNDATIONS / file for file in FILES}


@in_file()
def test_the_records_are_the_same_in_the_same_order(file):
    names = [name_of(record) for record in records(SPANISH / file)]
    assert names == [name_of(record) for record in records(FOUNDATIONS / file)]
    assert max(Counter(names).values()) == 1


@in_file()
def test_every_code_worth_and_target_is_the_same(file):
    checked = 0
    for name, place, english, spanish in all_values(file):
        if not isinstance(english, str) or is_a_code(place, file):
            assert english == spanish, name
            checked += 1
    assert checked > 100


@in_file()
def test_every_list_has_as_many_places(file):
    """The number and order of options, pairs, steps and replies: `values` asks for it."""
    for english, spanish in both(file):
        for key in {"options", "pairs", "steps", "extra", "comps", "faces"} & set(english):
            assert len(english[key]) == len(spanish[key]), name_of(english)


def test_a_worth_stands_beside_the_option_that_earned_it():
    """The key is by place: a moved option would make a wrong one right."""
    worth = {"questions": 1, **{file.split(".")[0]: place for file, place in BEST.items()}}
    for file in FILES:
        place = worth[re.split(r"[/.]", file)[0]]
        for english, spanish in both(file):
            marks = [option[place] for option in english.get("options", [])]
            assert marks == [option[place] for option in spanish.get("options", [])]
            assert not marks or max(marks) > 0, name_of(english)


def test_every_node_that_a_reply_leads_to_is_there():
    rows = records(SPANISH / "conversations.jsonl")
    nodes = {(row["conv"], row["node"]) for row in rows if "node" in row}
    aims = {
        (row["conv"], option[NEXT])
        for row in rows
        for option in row.get("options", [])
        if "node" in row
    }
    starts = {(row["conv"], row["start"]) for row in rows if "start" in row}
    assert len(starts) == 18
    assert aims | starts <= nodes
    assert nodes <= aims | starts | {(row["conv"], row["node"]) for row in rows if "end" in row}


# What learners type -----------------------------------------------------------------------------


def questions():
    files = [file for file in FILES if file.startswith("questions/")]
    return [pair for file in files for pair in both(file)]


def test_each_gap_of_a_text_is_there_once_and_has_words_to_accept():
    with_gaps = [pair for pair in questions() if pair[0]["type"] == "blank"]
    assert with_gaps
    for english, spanish in with_gaps:
        gaps = GAP.findall(spanish["stem"])
        assert sorted(gaps) == sorted(GAP.findall(english["stem"])), english["id"]
        assert len(gaps) == len(set(gaps)) == len(spanish["answers"]), english["id"]
        assert all(spanish["answers"]), english["id"]


def test_accepted_words_are_each_there_once_and_are_not_blank():
    lists = [
        (spanish["id"], words)
        for _english, spanish in questions()
        for words in [*spanish.get("answers", []), spanish.get("accept", [])]
        if words
    ]
    assert len(lists) > 10
    for name, words in lists:
        assert len(words) == len(set(words)), name
        assert all(word == word.strip() and word for word in words), name


PLAIN = str.maketrans("áéíóúü", "aeiouu")


def test_a_word_with_an_accent_is_accepted_without_it_too():
    """People type without accents on many keyboards. Longer answers may be typed in many ways."""
    missing = [
        (spanish["id"], word)
        for _english, spanish in questions()
        for words in [*spanish.get("answers", []), spanish.get("accept", [])]
        for word in words
        if word.translate(PLAIN) != word and word.translate(PLAIN) not in words
    ]
    assert missing == []


# Spanish, whole ---------------------------------------------------------------------------------


@in_file()
def test_nothing_is_left_in_english(file):
    left, english_words = [], {}
    for name, english, spanish in texts(file):
        assert spanish.strip(), name
        if english == spanish and english.strip("“”.") not in REPLIES:
            left.append((name, spanish))
        if words := ENGLISH.findall(spanish):
            english_words[name] = words
    assert left == []
    assert english_words == {}


@in_file()
def test_every_sign_that_opens_is_closed(file):
    for name, _english, spanish in texts(file):
        quoted = ELISION.sub("", spanish)
        for opened, closed in PAIRS:
            assert quoted.count(opened) == quoted.count(closed), (name, opened, spanish)
        text = spoken(spanish)
        for opened, closed in INVERTED:
            assert text.count(opened) == text.count(closed), (name, opened, spanish)


def test_what_young_people_type_without_signs_is_still_there():
    """An exception that excuses nothing would hide the next slip."""
    words = json.dumps(records(SPANISH / "conversations.jsonl"), ensure_ascii=False)
    assert all(message in words for message in TYPED_ON_A_PHONE)


@in_file()
def test_no_straight_quotation_mark_stands_in_a_text(file):
    for name, _english, spanish in texts(file):
        assert '"' not in spanish, name
        assert "  " not in spanish, name
        assert spanish == spanish.strip(), name


@in_file()
def test_no_number_to_call_is_lost(file):
    for name, english, spanish in texts(file):
        assert Counter(NUMBER.findall(english)) == Counter(NUMBER.findall(spanish)), name


def test_the_words_of_safety_are_the_ones_of_the_lesson_on_crisis():
    """To bring in help is `traer ayuda`; where suicide is named, it is named."""
    brought = 0
    for file in FILES:
        for name, english, spanish in texts(file):
            if BRING_HELP.search(english):
                brought += 1
                assert TRAER_AYUDA.search(spanish), (name, spanish)
            assert bool(ASK_ABOUT_SUICIDE.search(english)) <= bool(
                ASK_ABOUT_SUICIDE.search(spanish)
            ), name
    assert brought > 9


# Not to be guessed ------------------------------------------------------------------------------


def is_longest(options, worth):
    """Whether the option that fits best is longer than each other one."""
    lengths = [len(option[0]) for option in options]
    best = max(range(len(options)), key=lambda place: options[place][worth])
    return all(lengths[best] > length for place, length in enumerate(lengths) if place != best)


@pytest.mark.parametrize(
    "group", [[file for file in FILES if file not in BEST], list(BEST)], ids=["asked", "talks"]
)
def test_the_best_option_is_not_the_longest_more_often_than_in_english(group):
    english, spanish = 0, 0
    for file in group:
        worth = BEST.get(file, 1)
        for mine, theirs in both(file):
            is_choice = "options" in mine and mine.get("type") != "multi"
            if is_choice:
                english += is_longest(mine["options"], worth)
                spanish += is_longest(theirs["options"], worth)
    assert 0 < spanish <= english


@pytest.mark.parametrize("file", ["questions/final.jsonl", *BEST])
def test_in_no_file_does_the_longest_option_give_the_key_away(file):
    worth = BEST.get(file, 1)
    choices = [
        row["options"]
        for row in records(SPANISH / file)
        if "options" in row and row.get("type") != "multi"
    ]
    assert len(choices) >= 30
    assert sum(is_longest(options, worth) for options in choices) <= 0.4 * len(choices)
