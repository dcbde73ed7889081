"""What a spreadsheet takes for a formula when it opens a file, though it was written as text."""

from __future__ import annotations

from typing import Any, Final

_FORMULA_STARTS: Final = tuple("=+-@\t\r\n\0＝＋－＠")
MARK: Final = "'"


def reads_as_formula(value: object) -> bool:
    """Tell whether a spreadsheet would take a text for a formula, also after spaces.

    Examples
    --------
    >>> reads_as_formula("=1+1"), reads_as_formula("  @home"), reads_as_formula("Verhuizen"), reads_as_formula(-1)
    (True, True, False, False)
    """
    return isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS)


def as_text(value: Any) -> Any:
    """Give a text that would be a formula an apostrophe in front; all else as it is.

    Examples
    --------
    >>> as_text("=1+1"), as_text("Verhuizen"), as_text(-1)
    ("'=1+1", 'Verhuizen', -1)
    """
    return MARK + value if reads_as_formula(value) else value
