"""Times with how far they are from UTC, as in English; all else is Django's own Spanish."""

DATETIME_FORMAT = r"j \d\e F \d\e Y \a \l\a\s H:i (\U\T\CO)"
