"""Letters as they are compared: whatever their case and their accents."""

from __future__ import annotations

import unicodedata


def bare_letters(text: str) -> str:
    """Write a text in small letters without accents.

    Examples
    --------
    >>> bare_letters("Één paspoort"), bare_letters("Straße")
    ('een paspoort', 'strasse')
    """
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in folded if not unicodedata.combining(letter))
