"""What steers a screen, or changes the order in which a line reads, is shown as a sign."""

from __future__ import annotations

import re
from typing import Final

# C0 and C1 but for the tab and the line end, direction marks, separators of lines, half pairs and unseen tags
_STEERING: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """Write control, direction and half characters as Python escapes them; lines and tabs stay.

    Examples
    --------
    >>> visible("Afval\\x1b[2J\\u202e, één")
    'Afval\\\\x1b[2J\\\\u202e, één'
    """
    return _STEERING.sub(lambda sign: repr(sign[0])[1:-1], text)


def visible_in_line(text: str) -> str:
    """Write a name of a user's making (of a file, a sheet, a column) so that it cannot begin a line of its own.

    Examples
    --------
    >>> visible_in_line("a\\nb.csv")
    'a\\\\nb.csv'
    """
    return visible(text).replace("\n", "\\n")
