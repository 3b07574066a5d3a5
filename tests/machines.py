"""How many runs a state machine gets: a few in the suite, and 2,000 in a thorough run.

`pytest --hypothesis-profile=thorough` asks for the thorough one.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

THOROUGH = "thorough"


def machine_settings(few: int, steps: int) -> settings:
    """The settings of a state machine: `few` runs of `steps` steps, unless thorough is asked for."""
    profile = settings.get_current_profile_name()
    return settings(
        max_examples=settings.get_profile(THOROUGH).max_examples if profile == THOROUGH else few,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
