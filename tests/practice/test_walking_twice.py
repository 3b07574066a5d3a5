"""A phone without a connection works out the same as the site: `js/walking.js` and `walking.py`.

The script of the phone is run by the Node.js that comes with Playwright, on every conversation that is
shipped, in both languages, and on graphs at random.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright._impl._driver import compute_driver_executable

from practice.lines import read_lines
from practice.walking import TurnRecord, Walk
from tests.practice.graphs import any_scripts
from tests.practice.writing import sound_scripts

SCRIPT = Path("lms/static/js/walking.js")
CONTENT = Path("lms/shipped/content/foundations")
TRIES = 60
MOST_TURNS = 40
READ_LINES = """
const source = require("node:fs").readFileSync(process.argv[1], "utf8");
require("node:vm").runInThisContext(`(() => {${source}})()`);
const { walk, outcomeOf } = globalThis.walking;
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { script, plays } = JSON.parse(line);
  const stands = plays.map((replies) => {
    const now = walk(script, replies);
    return {
      story: now.story.map(({ moment, reply }) => [moment.name, moment.replies.indexOf(reply)]),
      ending: now.ending?.name ?? null,
      open: now.open.map((moment) => moment.name),
      moment: now.moment?.name ?? null,
      outcome: now.ending ? outcomeOf(script, now) : "",
    };
  });
  console.log(JSON.stringify(stands));
});
"""


def shipped_scripts():
    files = sorted(CONTENT.rglob("conversations*.jsonl"))
    return [
        pytest.param(each.script, id=f"{file.parent.name}-{each.code}")
        for file in files
        for each in read_lines(file.read_text())
    ]


@pytest.fixture(scope="module")
def phone():
    """Asks the script of the phone where plays of a script stand."""
    node, _cli = compute_driver_executable()
    with subprocess.Popen(
        [node, "-e", READ_LINES, str(SCRIPT.resolve())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def stands(script, plays):
            question = {"script": script.to_json(), "plays": plays}
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield stands
        process.stdin.close()


def stand_of(walk):
    """The same of the site."""
    return {
        "story": [[turn.moment.name, turn.place] for turn in walk.story],
        "ending": walk.ending.name if walk.ending else None,
        "open": [moment.name for moment in walk.left_open],
        "moment": walk.moment.name if walk.moment else None,
        "outcome": walk.outcome,
    }


def played(script, random, *, most=MOST_TURNS):
    """A play at random, red lines that open again included: after each turn, its replies as a phone
    remembers them and where it stands."""
    records, walk = [], Walk.of(script, [], 0)
    steps = [([], stand_of(walk))]
    while walk.moment is not None and walk.moment.replies and len(records) < most:
        place = random.randrange(len(walk.moment.replies))
        records.append(TurnRecord(walk.next_number, walk.moment.name, place, walk.is_again))
        walk = Walk.of(script, records, 0)
        replies = [[record.moment, record.reply] for record in records]
        steps.append((replies, stand_of(walk)))
    return steps


def hold_to_each_other(phone, script, random, tries):
    steps = [step for _try in range(tries) for step in played(script, random)]
    expected = [stand for _replies, stand in steps]
    assert phone(script, [replies for replies, _stand in steps]) == expected
    return expected


@pytest.mark.parametrize("script", shipped_scripts())
def test_every_shipped_conversation_is_walked_alike(phone, script):
    stands = hold_to_each_other(phone, script, Random(script.title), TRIES)
    assert {stand["outcome"] for stand in stands} >= {"", "okay"}
    assert any(stand["open"] for stand in stands if stand["ending"]) == any(script.red_lines)


def test_all_that_is_shipped_is_looked_at():
    assert len(shipped_scripts()) == 36  # eighteen, in two languages


@given(script=any_scripts(), random=st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_graphs_at_random_are_walked_alike(phone, script, random):
    hold_to_each_other(phone, script, random, 4)


@given(script=sound_scripts(), random=st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_sound_conversations_at_random_are_walked_alike(phone, script, random):
    hold_to_each_other(phone, script, random, 6)


def test_points_on_the_edge_of_strong_close_alike(phone):
    for number, share in enumerate((0.01, 1 / 3, 0.5, 0.7, 0.75, 0.9, 1.0)):
        for case in shipped_scripts()[:6]:
            [script] = case.values
            edged = type(script)(**{**vars_of(script), "strong_from": share})
            hold_to_each_other(phone, edged, Random(number), 12)


def vars_of(script):
    return {name: getattr(script, name) for name in type(script).__dataclass_fields__}


def test_the_page_without_a_connection_has_no_rules_of_its_own():
    talk = Path("lms/static/js/offline-talk.js").read_text()
    assert "window.walking" in talk
    for rule in ("leads_to", "red_line", "strong_from", "worth ==="):
        assert rule not in talk
