// Where a conversation stands, by its script and the replies that were given: what practice/walking.py
// works out, for a phone without a connection. Nothing else here decides it, and
// tests/practice/test_walking_twice.py holds the two to each other. Loaded before js/offline-talk.js.

const BEST = 2;

// `replies` are pairs of the name of a moment and the place of the reply in it.
function walk(script, replies) {
  const moments = new Map(script.moments.map((moment) => [moment.name, moment]));
  const endings = new Map(script.endings.map((ending) => [ending.name, ending]));
  let here = script.moments[0].name;
  const story = [];
  const right = new Set();
  for (const [name, chosen] of replies) {
    const moment = moments.get(name);
    const reply = moment.replies[chosen];
    if (!endings.has(here)) {
      story.push({ moment, reply });
      here = reply.leads_to;
    }
    if (reply.worth === BEST) right.add(name);
  }
  const ending = endings.get(here);
  const met = new Map(story.map((turn) => [turn.moment.name, turn.moment]));
  const open = [...met.values()].filter((moment) => moment.red_line && !right.has(moment.name));
  return { story, ending, open, moment: ending ? open[0] : moments.get(here) };
}

// Strong, okay or try again, of a walk that has come to an ending.
function outcomeOf(script, { story, ending }) {
  if (ending.kind !== "strong") return ending.kind;
  const points = story.reduce((sum, turn) => sum + turn.reply.worth, 0);
  const most = story.reduce((sum, turn) => sum + Math.max(...turn.moment.replies.map((reply) => reply.worth)), 0);
  return points < script.strong_from * most ? "okay" : "strong";
}

globalThis.walking = { walk, outcomeOf };
