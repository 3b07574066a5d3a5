"""What the roles may do with courses. Pages are granted for the whole site: see lms."""

from people.roles import LEAD_TRAINERS, TRAINERS, Mappings, codenames

WRITE = codenames(["competency", "competencygroup"], "add", "change", "view")

PERMISSIONS: Mappings = {TRAINERS: WRITE, LEAD_TRAINERS: WRITE}
