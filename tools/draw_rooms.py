"""Write the table of rooms in docs/architecture.md and draw the rooms, both from docs/rooms.toml.

Run `python tools/draw_rooms.py` after a change of that list; a test compares.
"""

from __future__ import annotations

import re
import tomllib
from html import escape
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
ROOMS_FILE, ARCHITECTURE, PICTURE = DOCS / "rooms.toml", DOCS / "architecture.md", DOCS / "images" / "rooms.svg"
BEGIN, END = "<!-- rooms: made by tools/draw_rooms.py -->", "<!-- end of rooms -->"
FLOORS = (
    ("cli",),
    ("batch", "workbench", "check"),
    ("report",),
    ("figures",),
    ("printing",),
    ("numbers",),
    ("privacy",),
    ("surveys", "kpi", "governance"),
    ("stats", "example"),
    ("intake",),
    ("core",),
)
WIDTH, FLOOR, GAP, HEIGHT = 940, 84, 20, 52


def rooms() -> dict[str, dict[str, object]]:
    """Read the list."""
    return tomllib.loads(ROOMS_FILE.read_text(encoding="utf-8"))


def with_table(text: str) -> str:
    """Put the table of rooms between its marks in a document."""
    lines = ["| room | holds | may import |", "|---|---|---|"]
    for room, entry in rooms().items():
        allowed = ", ".join(f"`{name}`" for name in entry["imports"]) or "nothing"  # type: ignore[attr-defined]
        lines.append(f"| `{room}` | {entry['holds']} | {allowed} |")
    table = "\n".join([BEGIN, *lines, END])
    return re.sub(re.escape(BEGIN) + r".*?" + re.escape(END), lambda _: table, text, flags=re.S)


def picture() -> str:
    """Draw the rooms on their floors, an arrow for each allowed import to the floor below or further."""
    places = _places()
    known = rooms()
    arrows = [
        _arrow(places[room], places[str(other)])
        for room, entry in known.items()
        for other in entry["imports"]  # type: ignore[attr-defined]
        if other != "core"
    ]
    boxes = [_box(room, str(known[room]["holds"]), place) for room, place in places.items()]
    height = len(FLOORS) * FLOOR + GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-label="The rooms of toptaak from the command line at the top to core at the bottom; imports point down." '
        'font-family="sans-serif" font-size="13">'
    )
    marker = (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#7a8a94"/></marker></defs>'
    )
    ground = f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    return "\n".join([head, marker, ground, *arrows, *boxes, "</svg>", ""])


def _places() -> dict[str, tuple[float, float, float]]:
    """Give the left edge, top and width of each room."""
    places = {}
    for number, floor in enumerate(FLOORS):
        width = (WIDTH - GAP * (len(floor) + 1)) / len(floor)
        for position, room in enumerate(floor):
            places[room] = (GAP + position * (width + GAP), GAP + number * FLOOR, width)
    return places


def _arrow(start: tuple[float, float, float], end: tuple[float, float, float]) -> str:
    left, top, width = start
    other_left, other_top, other_width = end
    down = other_top - top
    x1 = left + width * (0.15 + 0.7 * min(down / (FLOOR * len(FLOORS)), 1))
    x2 = other_left + other_width * (0.15 + 0.7 * min(down / (FLOOR * len(FLOORS)), 1))
    y1, y2 = top + HEIGHT, other_top
    return (
        f'<path d="M{x1:.0f} {y1:.0f} C{x1:.0f} {y1 + 16:.0f} {x2:.0f} {y2 - 16:.0f} {x2:.0f} {y2:.0f}" fill="none" '
        'stroke="#b3bfc6" stroke-width="1" marker-end="url(#tip)"/>'
    )


def _box(room: str, holds: str, place: tuple[float, float, float]) -> str:
    left, top, width = place
    most = int(width / 6.6)
    text = holds if len(holds) <= most else holds[: most - 1].rsplit(" ", 1)[0].rstrip(",;:") + " …"
    return (
        f'<g><title>{escape(room)}: {escape(holds)}</title><rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" '
        f'height="{HEIGHT}" rx="6" fill="#e8f1f5" stroke="#0b4f6c"/>'
        f'<text x="{left + 12:.0f}" y="{top + 21:.0f}" font-weight="bold" fill="#0b4f6c">{escape(room)}</text>'
        f'<text x="{left + 12:.0f}" y="{top + 40:.0f}" fill="#1b2a33" font-size="12">{escape(text)}</text></g>'
    )


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8")
    ARCHITECTURE.write_text(with_table(ARCHITECTURE.read_text(encoding="utf-8")), encoding="utf-8")
