"""The icons of the site: one stroke each, in the colour of the words beside them."""

from __future__ import annotations

PATHS = {
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "arrow": '<path d="M5 12h14m-6-6 6 6-6 6"/>',
    "back": '<path d="M19 12H5m6 6-6-6 6-6"/>',
    "lock": '<path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>',
    "dot": '<circle cx="12" cy="12" r="3.5" fill="currentColor" stroke="none"/>',
    "pencil": '<path d="M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19zM14 6.5l3.5 3.5"/>',
    "book": (
        '<path d="M12 6.5C10 5 7 4.5 4 4.5v14c3 0 6 .5 8 2 2-1.5 5-2 8-2v-14c-3 0-6 .5-8 '
        '2zm0 0v14"/>'
    ),
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>',
    "heart": (
        '<path d="M12 20s-7.5-4.6-7.5-10A4.2 4.2 0 0 1 12 7.3 4.2 4.2 0 0 1 19.5 10C19.5 '
        '15.4 12 20 12 20z"/>'
    ),
    "alert": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5v5.5m0 3.2v.1"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5m0-9v.1"/>',
    "download": '<path d="M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 19.5h14"/>',
    "external": '<path d="M8 6H5.5v12.5H18V16M12 5h7v7m0-7-9 9"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5 5"/>',
    "shield": (
        '<path d="M12 3.5 5 6v5.5c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6zM9 12l2.2 2.2L15.2 10"/>'
    ),
    "person": ('<circle cx="12" cy="8" r="3.8"/><path d="M4.5 20c.8-4 3.8-6 7.5-6s6.7 2 7.5 6"/>'),
    "phone": (
        '<path d="M6 4h3l1.5 4-2 1.5a11 11 0 0 0 6 6l1.5-2 4 1.5v3a1.5 1.5 0 0 1-1.5 1.5C11 '
        '19.5 4.5 13 4.5 5.5A1.5 1.5 0 0 1 6 4z"/>'
    ),
    "message": '<path d="M4.5 5.5h15v10.5h-8L7 19.5V16H4.5z"/>',
    "language": (
        '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c2.5 2.5 3.5 5.5 3.5 '
        '8.5s-1 6-3.5 8.5c-2.5-2.5-3.5-5.5-3.5-8.5s1-6 3.5-8.5z"/>'
    ),
    "cross": '<path d="m6.5 6.5 11 11m0-11-11 11"/>',
    "people": (
        '<circle cx="7.3" cy="6.3" r="2.6"/><circle cx="16.7" cy="6.3" r="2.6"/>'
        '<path d="M3.5 20c0-6.5 2.5-9.5 8.5-9.5m8.5 9.5c0-6.5-2.5-9.5-8.5-9.5M8.5 20c0-3 1-4.5 '
        '3.5-4.5s3.5 1.5 3.5 4.5"/>'
    ),
    "ear": (
        '<path d="M6.5 10a5.5 5.5 0 0 1 11 0c0 4-3.7 4.2-3.7 7.7a3 3 0 0 1-5.6 1.3M9.5 '
        '10.5a2.6 2.6 0 0 1 5 0c0 2-2.5 2-2.5 4"/>'
    ),
    "fence": (
        '<path d="M5 20V8l2-2.5L9 8v12M15 20V8l2-2.5L19 8v12M2.5 11.5H5m4 0h6m4 '
        '0h2.5M2.5 16H5m4 0h6m4 0h2.5"/>'
    ),
    "circles": '<circle cx="9" cy="12" r="5.5"/><circle cx="15" cy="12" r="5.5"/>',
    "compass": '<circle cx="12" cy="12" r="8.5"/><path d="m15.5 8.5-2 5-5 2 2-5z"/>',
    "sun": ('<path d="M7 17a5 5 0 0 1 10 0M12 5v3M4.5 9.5l2 2M19.5 9.5l-2 2M3 17h18M8 20.5h8"/>'),
    "sound": (
        '<path d="M4 9.5v5h3.5L12 18.5v-13L7.500 9.5zM15.500 9a4 4 0 0 1 0 6m2.500-8.500a7.500 '
        '7.500 0 0 1 0 11"/>'
    ),
    "leaf": '<path d="M5 19c0-8 5-13.5 14.5-14.5C20 14 15 19 8 18M5 19c2-5 5-7.5 9-9"/>',
}
"""What is drawn for each name, within a square of 24."""


def svg(name: str) -> str:
    """The markup of one icon, hidden from those who listen. Raises KeyError for an unknown name."""
    return (
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        f"{PATHS[name]}</svg>"
    )
