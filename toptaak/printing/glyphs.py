"""What the font of the reports cannot show becomes a readable placeholder, and is counted.

Emoji, other scripts, control and direction characters and halves of surrogate pairs would stop the PDF or
change how a line reads; HTML and PDF get the same text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache

from toptaak.core.wording import translator
from toptaak.printing import theme

LONGEST_SPELLED_OUT = 3

# The emoji people use most in answers and labels; source texts of the catalogue.
EMOJI_NAMES = {
    "👍": "thumbs up",
    "👎": "thumbs down",
    "🙂": "smile",
    "😊": "smile",
    "😀": "smile",
    "😃": "smile",
    "😄": "smile",
    "☺": "smile",
    "😐": "straight face",
    "🙁": "sad face",
    "☹": "sad face",
    "😞": "sad face",
    "😢": "crying face",
    "😭": "crying face",
    "😡": "angry face",
    "😠": "angry face",
    "😂": "face with tears of joy",
    "🤣": "face with tears of joy",
    "😉": "wink",
    "❤": "heart",
    "🙏": "folded hands",
    "👏": "applause",
    "🎉": "party",
    "⚠": "warning sign",
    "✅": "tick",
    "❌": "cross",
    "❗": "exclamation mark",
    "❓": "question mark",
    "⭐": "star",
    "🔥": "fire",
    "📞": "telephone",
    "☎": "telephone",
    "📱": "mobile telephone",
    "💻": "computer",
    "🏠": "house",
    "🚗": "car",
    "♿": "wheelchair",
    "👪": "family",
}

_EMOJI = "\u2300-\u23ff\u24c2\u2600-\u27bf\u2934\u2935\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_DRESS = "\ufe0f\u20e3\U0001f3fb-\U0001f3ff"  # look, key cap, skin tones: follow an emoji
_UNSEEN = "\u200b-\u200d\u2060\ufeff\ufe00-\ufe0f"  # zero width, joiners, choice of look
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_SPACE = re.compile("[ \t\n\v\f\r\x1c-\x1f\x85\u2028\u2029\u3000]+")
_OTHER_SPACE = re.compile("[\\t\\n\\v\\f\\r\\x00-\\x1f\\x7f\\x85\\u2028\\u2029\\u3000]|  ")


@dataclass
class Legibility:
    """Makes texts of one document legible and counts what it replaced.

    Examples
    --------
    >>> legible = Legibility("nl")
    >>> legible("Top 👍🏽, maar 中 en 🛸"), legible.replaced
    ('Top [duim omhoog], maar [U+4E2D] en [emoji U+1F6F8]', 3)
    """

    language: str
    replaced: int = field(default=0)

    def __call__(self, text: str) -> str:
        """Give the text as the font can show it, white space as single spaces, composed (NFC)."""
        composed = unicodedata.normalize("NFC", _SPACE.sub(" ", text))
        if composed.isascii() and composed.isprintable():
            return composed
        return _pattern().sub(self._placeholder, composed)

    def shows(self, text: str) -> bool:
        """Tell whether the font shows every character of a text as it stands.

        Examples
        --------
        >>> Legibility("nl").shows("Top, één"), Legibility("nl").shows("Top 👍")
        (True, False)
        """
        if _OTHER_SPACE.search(text) or not unicodedata.is_normalized("NFC", text):
            return False
        return text.isascii() or not _pattern().search(text)

    def _placeholder(self, match: re.Match[str]) -> str:
        sign, kind = match[0], match.lastgroup
        self.replaced += len(sign) if kind in {"unseen", "missing"} else 1
        if kind == "unseen":
            return ""
        if kind == "key":
            return sign[0]
        if kind == "missing":
            return _codes(sign, self.language)
        return _emoji_text(sign, self.language)


def _codes(signs: str, language: str) -> str:
    if len(signs) <= LONGEST_SPELLED_OUT:
        return "".join(f"[{_code(character)}]" for character in signs)
    translate = translator(language)
    return translate(
        "[{n} character not shown: {code}]",
        "[{n} characters not shown, the first is {code}]",
        n=len(signs),
        code=_code(signs[0]),
    )


def _emoji_text(emoji: str, language: str) -> str:
    translate = translator(language)
    if re.fullmatch(_FLAG, emoji):
        letters = "".join(chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in emoji)
        return translate("[flag {letters}]", letters=letters)
    name = EMOJI_NAMES.get(emoji[0])
    return f"[{translate(name)}]" if name else f"[emoji {_code(emoji[0])}]"


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


@cache
def _pattern() -> re.Pattern[str]:
    lines = (theme.FONT_FOLDER / "coverage.txt").read_text(encoding="ascii").split()
    held = "".join(f"\\U{first:0>8}-\\U{last:0>8}" for first, last in (line.split("-") for line in lines))
    one_emoji = f"(?![{held}])[{_EMOJI}][{_DRESS}]*"
    return re.compile(
        f"(?P<flag>{_FLAG})|(?P<key>[0-9#*]\ufe0f?\u20e3)|(?P<emoji>{one_emoji}(?:\u200d[{_EMOJI}][{_DRESS}]*)*)"
        f"|(?P<unseen>[{_UNSEEN}]+)|(?P<missing>[^{held}{_EMOJI}{_UNSEEN}]+)"
    )
