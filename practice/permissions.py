"""What the roles may do with conversations. How a learner played one is nobody else's to read."""

from people.roles import ASSESSORS, LEAD_TRAINERS, REGISTRARS, TRAINERS, Mappings, codenames

WRITE = codenames(["conversation", "conversationwords"], "add", "change", "view")
SETS = codenames(["conversationset"], "add", "change", "view")

PERMISSIONS: Mappings = {
    TRAINERS: [*WRITE, "view_conversationset"],
    LEAD_TRAINERS: [*WRITE, *SETS, "publish_conversation", "publish_conversationwords"],
    ASSESSORS: ["view_conversation", "view_conversationwords"],
    # An award rests on what was reached in some conversations.
    REGISTRARS: ["view_conversation", "view_conversationwords", *SETS],
}
