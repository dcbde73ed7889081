"""Make sample.csv and population.csv: 400 invented respondents and margins (run once; both committed)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
POPULATION = {
    "age": {"18-34": 26_000, "35-54": 34_000, "55-69": 22_000, "70+": 18_000},
    "sex": {"man": 49_200, "woman": 50_800},
    "district": {"centre": 31_000, "north": 40_000, "south": 29_000},
}
CROSSED = {
    "age:sex": {
        "18-34:man": 13_100,
        "18-34:woman": 12_900,
        "35-54:man": 17_000,
        "35-54:woman": 17_000,
        "55-69:man": 10_900,
        "55-69:woman": 11_100,
        "70+:man": 8_200,
        "70+:woman": 9_800,
    }
}


def sample(rng: np.random.Generator, size: int = 400) -> pd.DataFrame:
    age = rng.choice(list(POPULATION["age"]), size, p=[0.14, 0.3, 0.31, 0.25])
    sex = rng.choice(["man", "woman"], size, p=[0.56, 0.44])
    district = rng.choice(list(POPULATION["district"]), size, p=[0.45, 0.35, 0.2])
    young, woman = (age == "18-34"), (sex == "woman")
    reach = {
        "passport": 0.35 + 0.15 * young,
        "waste": 0.3 + 0.1 * woman + 0.1 * (district == "north"),
        "parking": 0.2 + 0.2 * (district == "centre"),
        "permit": 0.06 + 0.08 * (age == "35-54"),
    }
    table = pd.DataFrame({"respondent": np.arange(1, size + 1), "age": age, "sex": sex, "district": district})
    table["weight"] = rng.choice([0.5, 1.0, 2.0], size, p=[0.3, 0.5, 0.2])
    for task, chance in reach.items():
        table[task] = (rng.random(size) < chance).astype(int)
    return table


if __name__ == "__main__":
    sample(np.random.default_rng(20260701)).to_csv(HERE / "sample.csv", index=False)
    margins = [
        {"municipality": "GM9901", "year": 2026, "variable": variable, "level": level, "count": count}
        for variable, levels in (POPULATION | CROSSED).items()
        for level, count in levels.items()
    ]
    pd.DataFrame(margins).to_csv(HERE / "population.csv", index=False)
