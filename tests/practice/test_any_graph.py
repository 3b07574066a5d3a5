"""Whatever an author leaves behind, its faults are named, its map is drawn, and nothing fails.

What is looked for is worked out here a second time, in the plainest way there is.
"""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from practice.checking import problems_of_script
from practice.mapping import BOX_HEIGHT, BOX_WIDTH, MARGIN, map_of
from practice.scripts import BEST, Ending, Graph, Moment, Script, best_path, paths_of
from practice.walking import TurnRecord, Walk
from tests.practice.graphs import WORDS, any_scripts, come_to, leads_of, reply_to

SVG = "{http://www.w3.org/2000/svg}"


def places(script, kind):
    """Where a kind of problem is named."""
    return {problem.at for problem in problems_of_script(script) if problem.kind == kind}


def names_of(script):
    return [each.name for each in (*script.moments, *script.endings)]


# Faults of the shape -------------------------------------------------------------------------------


@given(any_scripts())
def test_every_dead_end_is_named_where_it_is_and_nothing_else_is_called_one(script):
    there = set(names_of(script))
    expected = Counter(
        name for name, targets in leads_of(script).items() for t in targets if t not in there
    )
    named = Counter(p.at for p in problems_of_script(script) if p.kind == "dead_end")
    assert named == expected


@given(any_scripts())
def test_what_no_reply_leads_to_is_named_and_nothing_that_one_does(script):
    reached = come_to(leads_of(script), script.start) | {script.start}
    assert places(script, "unreachable") == set(names_of(script)) - reached


@given(any_scripts())
def test_every_circle_is_named_at_each_of_its_moments(script):
    leads = leads_of(script)
    on_a_circle = {name for name in leads if name in come_to(leads, name)}
    closes = {ending.name for ending in script.endings}
    can_close = {name for name in leads if come_to(leads, name) & closes}
    assert places(script, "circle") == on_a_circle & can_close
    assert places(script, "endless") == on_a_circle - can_close


@given(any_scripts())
def test_each_kind_of_ending_that_lacks_is_asked_for_once(script):
    lacking = {"strong", "okay", "try again"} - {ending.kind for ending in script.endings}
    found = [p for p in problems_of_script(script) if p.kind == "no_ending"]
    assert len(found) == len(lacking)


@given(any_scripts())
def test_a_script_without_a_circle_or_a_dead_end_closes_whatever_is_chosen(script):
    """What the map calls sound in its shape is so: no walk through it is without an end."""
    kinds = {problem.kind for problem in problems_of_script(script)}
    if kinds & {"circle", "endless", "dead_end", "replies", "empty"}:
        return
    for path in paths_of(script, most=500):
        assert path.ending is not None
        assert len(path.steps) <= len(script.moments)


@given(any_scripts())
def test_looking_at_a_script_changes_nothing_of_what_is_found_in_it(script):
    first = problems_of_script(script)
    map_of(script)
    best_path(script)
    assert problems_of_script(script) == first
    assert problems_of_script(Script.from_json(script.to_json())) == first


@given(any_scripts())
def test_every_problem_is_a_sentence_at_a_part_that_is_there(script):
    there = {*names_of(script), ""}
    for problem in problems_of_script(script):
        assert problem.at in there
        assert problem.text.strip()
        assert "%(" not in problem.text
        assert str(problem).startswith(problem.at)


@given(any_scripts(), st.data())
def test_putting_a_dead_end_right_takes_that_problem_away_and_no_other_dead_end(script, data):
    lost = [
        (moment, place)
        for moment in script.moments
        for place, reply in enumerate(moment.replies)
        if reply.leads_to not in names_of(script)
    ]
    if not lost:
        return
    moment, place = data.draw(st.sampled_from(lost))
    mended = [*moment.replies]
    mended[place] = reply_to(script.start)
    moments = tuple(
        Moment(m.name, m.words, tuple(mended), red_line=m.red_line) if m is moment else m
        for m in script.moments
    )
    before = [p for p in problems_of_script(script) if p.kind == "dead_end"]
    after = problems_of_script(Script(moments, script.endings))
    assert len([p for p in after if p.kind == "dead_end"]) == len(before) - 1


# The graph itself ----------------------------------------------------------------------------------


@given(any_scripts())
def test_the_graph_agrees_with_the_plainest_way_to_ask(script):
    graph, leads = Graph.of(script), leads_of(script)
    assert graph.reached() == come_to(leads, script.start) | {script.start}
    assert graph.circles() == {name for name in leads if name in come_to(leads, name)}
    closes = {ending.name for ending in script.endings}
    assert graph.can_end() == closes | {n for n in leads if come_to(leads, n) & closes}


@given(any_scripts())
def test_the_best_way_never_goes_round_and_takes_the_best_of_each_moment(script):
    path = best_path(script)
    names = [moment.name for moment, _place in path.steps]
    assert len(names) == len(set(names))
    assert path.points == path.points_to_be_had
    for moment, place in path.steps:
        assert moment.replies[place].worth == max(reply.worth for reply in moment.replies)


# The map -------------------------------------------------------------------------------------------


@given(any_scripts())
def test_every_name_has_one_box_and_no_two_boxes_touch(script):
    boxes = map_of(script).boxes
    reached = come_to(leads_of(script), script.start) | {script.start}
    assert {box.name for box in boxes} == {*names_of(script), *reached}
    assert len(boxes) == len({box.name for box in boxes})
    for one in boxes:
        for other in boxes:
            apart = abs(one.x - other.x) >= BOX_WIDTH or abs(one.y - other.y) >= BOX_HEIGHT
            assert one is other or apart


@given(any_scripts())
def test_each_reply_that_leads_somewhere_is_a_line_and_all_of_it_is_within_the_drawing(script):
    drawn = map_of(script)
    tree = ElementTree.fromstring(drawn.svg)
    there = {box.name for box in drawn.boxes}
    lines = [each for each in tree.iter() if "branches__line" in each.get("class", "")]
    expected = [target for targets in leads_of(script).values() for target in targets]
    assert len(lines) == len([target for target in expected if target in there])
    _left, _top, width, height = map(int, tree.get("viewBox").split())
    for box in drawn.boxes:
        assert MARGIN <= box.x <= width - BOX_WIDTH - MARGIN
        assert MARGIN <= box.y <= height - BOX_HEIGHT - MARGIN


@given(any_scripts())
def test_without_a_circle_every_reply_leads_downwards(script):
    if Graph.of(script).circles():
        return
    height = {box.name: box.y for box in map_of(script).boxes}
    reached = come_to(leads_of(script), script.start) | {script.start}
    for name, targets in leads_of(script).items():
        for target in targets if name in reached else ():
            assert height[target] > height[name]


@given(any_scripts())
def test_each_box_says_what_is_wrong_there_and_how_much(script):
    drawn = map_of(script)
    for box in drawn.boxes:
        assert list(box.problems) == [p.text for p in drawn.problems if p.at == box.name]
    wrong = [box for box in drawn.boxes if box.problems]
    assert drawn.svg.count("branches__box--wrong") == len(wrong)
    counts = re.findall(r'branches__count"[^>]*>(\d+)<', drawn.svg)
    assert sorted(map(int, counts)) == sorted(len(box.problems) for box in wrong)


@given(any_scripts(words=WORDS))
def test_no_word_of_an_author_is_markup_in_the_drawing(script):
    drawn = map_of(script)
    tree = ElementTree.fromstring(drawn.svg)
    allowed = {"svg", "path", "g", "title", "rect", "text", "circle"}
    assert {each.tag.removeprefix(SVG) for each in tree.iter()} <= allowed
    assert not [name for each in tree.iter() for name in each.attrib if name.startswith("on")]


def test_hostile_names_and_words_are_text_in_the_drawing():
    hostile = '"><script>alert(1)</script>'
    script = Script(
        (Moment(hostile, hostile, (reply_to(hostile), reply_to("<b>"))),),
        (Ending('x" onload="alert(1)', "strong", hostile, hostile),),
    )
    drawn = map_of(script).svg
    assert "<script" not in drawn
    assert "<b>" not in drawn
    assert 'onload="alert' not in drawn
    ElementTree.fromstring(drawn)


@given(any_scripts())
def test_the_same_script_is_drawn_the_same(script):
    assert map_of(script) == map_of(Script.from_json(script.to_json()))


# Walking it ----------------------------------------------------------------------------------------


@given(any_scripts(), st.integers(0, 2_000_000_000), st.data())
def test_no_walk_through_any_script_fails_wherever_it_leads(script, seed, data):
    records = []
    for _turn in range(12):
        walk = Walk.of(script, records, seed)
        if walk.moment is None or not walk.moment.replies:
            break
        shown = data.draw(st.sampled_from(walk.shown_replies(walk.moment)))
        assert walk.reply_at(shown.key) == shown.place
        records.append(TurnRecord(walk.next_number, walk.moment.name, shown.place, walk.is_again))
    walk = Walk.of(script, records, seed)
    assert [turn.number for turn in walk.turns] == [record.number for record in records]
    assert walk.outcome in {"", "strong", "okay", "try again"}
    assert (walk.outcome == "") == (walk.ending is None)
    assert walk.is_settled == (walk.ending is not None and walk.left_open == [])
    assert {moment.name for moment in walk.left_open} <= {t.moment.name for t in walk.story}


@given(any_scripts(), st.permutations(range(6)), st.integers(0, 99))
def test_the_order_in_which_turns_are_read_from_the_database_is_no_matter(script, order, seed):
    records = []
    for _turn in range(6):
        walk = Walk.of(script, records, seed)
        if walk.moment is None or not walk.moment.replies:
            break
        records.append(TurnRecord(walk.next_number, walk.moment.name, 0, walk.is_again))
    shuffled = [records[place] for place in order if place < len(records)]
    assert Walk.of(script, shuffled, seed) == Walk.of(script, records, seed)


@given(any_scripts(), st.integers(0, 99))
def test_points_are_never_more_than_were_to_be_had(script, seed):
    walk = Walk.of(script, [], seed)
    for path in (walk.path, best_path(script)):
        assert 0 <= path.points <= path.points_to_be_had <= BEST * len(script.moments)
