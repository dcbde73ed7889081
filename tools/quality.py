"""Write docs/kwaliteit.md: figures on quality, each with the command that prints it (`make quality`).

What is measured stands in quality.toml. A command that fails or prints no figure is told as such: no figure is typed by
hand.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LIST: Final = Path(__file__).with_name("quality.toml")
PAGE: Final = Path(__file__).parents[1] / "docs" / "kwaliteit.md"
_HEAD: Final = """# Kwaliteit

Gemaakt met `make quality`; verander `tools/quality.toml`, niet deze pagina. Elk cijfer is wat de opdracht eronder
afdrukt.
"""


@dataclass(frozen=True)
class QualityMeasure:
    """A figure: its name, the command that prints it, and which of its lines tell it."""

    name: str
    command: str
    figures: str

    def lines(self) -> list[str]:
        """Run the command and give the lines that tell the figure."""
        words = [sys.executable if word == "python" else word for word in shlex.split(self.command)]
        run = subprocess.run(words, capture_output=True, text=True, cwd=PAGE.parents[1])
        told = [found.strip() for found in re.findall(self.figures, run.stdout, re.MULTILINE)]
        return told or [f"niet gemeten: de opdracht eindigde met code {run.returncode}"]


def page(measures: Sequence[QualityMeasure]) -> str:
    """Write the page of some measures."""
    parts = [
        f"\n## {one.name}\n\n" + "".join(f"- {line}\n" for line in one.lines()) + f"\n`{one.command}`\n"
        for one in measures
    ]
    return _HEAD + "".join(parts)


def measures(text: str) -> list[QualityMeasure]:
    """Read the list of measures."""
    return [QualityMeasure(**entry) for entry in tomllib.loads(text)["measure"]]


if __name__ == "__main__":
    PAGE.write_text(page(measures(LIST.read_text("utf-8"))), encoding="utf-8")
