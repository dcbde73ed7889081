"""How many examples the properties are tried on: few and always the same, or more and others each time."""

from __future__ import annotations

import os

from hypothesis import settings

# `TOPTAAK_EXAMPLES=20 make test` tries twenty times as many, at random
TIMES = int(os.environ.get("TOPTAAK_EXAMPLES", "1"))


def examples(number: int) -> settings:
    return settings(max_examples=number * TIMES)
