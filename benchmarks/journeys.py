"""Journeys and rates from a contact log of 30 million rows, against the plain pandas route, in one run.

python benchmarks/journeys.py [--rows 30000000] [--plain-rows 3000000] [--folder FOLDER]

Each stage runs in a process of its own, so that its peak memory is its own. The plain route holds the whole log in
memory; it runs on fewer rows and its time and memory are also given per million rows. On those rows both routes are
compared number by number.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

BY = ["municipality", "quarter", "channel"]
CHUNK = 1_000_000
CHANNELS = ("web", "phone", "desk", "mail", "e-mail", "chat")


def make(rows: int, target: Path) -> None:
    """Write a log in order of time; three contacts per case and six per customer on average, over two years."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    rng = np.random.default_rng(1)
    codes = [pa.array([f"GM{number:04d}" for number in range(9001, 9343)]), pa.array([f"t{n:02d}" for n in range(80)])]
    start, span = np.datetime64("2024-10-01", "us").astype(np.int64), 730 * 86_400 * 10**6
    writer = None
    for done in range(0, rows, CHUNK):
        size = min(CHUNK, rows - done)
        case = rng.integers(0, rows // 3, size)
        began = np.sort(start + done * span // rows + rng.integers(0, span * size // rows, size))
        ended = began + np.rint(rng.lognormal(5.8, 0.6, size)).astype(np.int64) * 10**6
        place = [pa.DictionaryArray.from_arrays((case % len(names)).astype(np.int32), names) for names in codes]
        channel = rng.choice(len(CHANNELS), size, p=[0.22, 0.4, 0.16, 0.14, 0.05, 0.03]).astype(np.int32)
        times = [pa.array(one).cast(pa.timestamp("us", "Europe/Amsterdam")) for one in (began, ended)]
        number = pc.utf8_lpad(pa.array(case).cast(pa.string()), 9, "0")
        # two cases to a customer; of one in ten contacts the customer is not known
        known = pa.array(case // 2, mask=rng.random(size) < 0.1).cast(pa.string())
        customer = pc.utf8_lpad(known, 9, "0")
        table = pa.table(
            {
                "municipality": place[0],
                "case": pc.binary_join_element_wise("Z", number, ""),
                "customer": pc.binary_join_element_wise("K", customer, ""),
                "task_id": place[1],
                "channel": pa.DictionaryArray.from_arrays(channel, pa.array(CHANNELS)),
                "started_at": times[0],
                "ended_at": times[1],
                "wait_s": np.rint(rng.lognormal(4.8, 1, size)),
                "answered": rng.random(size) < 0.95,
                "resolved": rng.random(size) < 0.5,
            }
        )
        writer = writer or pq.ParquetWriter(target, table.schema, compression="zstd")
        writer.write_table(table)
    if writer:
        writer.close()


def sort(folder: Path, name: str) -> None:
    from toptaak.kpi.large import sort_contacts

    sort_contacts([folder / f"{name}.parquet"], folder / f"{name}-sorted.parquet")


def journeys(folder: Path, name: str) -> None:
    from toptaak.kpi.large import journeys_from_store

    journeys_from_store(folder / f"{name}-sorted.parquet", BY).to_parquet(folder / f"{name}-journeys.parquet")


def sort_again(folder: Path, name: str) -> None:
    from toptaak.kpi.large_repeats import sort_customers

    sort_customers([folder / f"{name}.parquet"], folder / f"{name}-customers.parquet")


def repeats(folder: Path, name: str) -> None:
    from toptaak.kpi.large_repeats import repeats_from_store

    repeats_from_store(folder / f"{name}-customers.parquet", BY).to_parquet(folder / f"{name}-repeats.parquet")


def rates(folder: Path, name: str) -> None:
    from toptaak.kpi.large_rates import rates_from_parquet

    rates_from_parquet([folder / f"{name}.parquet"], folder, BY).to_parquet(folder / f"{name}-rates.parquet")


def plain(folder: Path, name: str) -> None:
    import pandas as pd

    from toptaak.core.results import stack
    from toptaak.core.settings import Settings
    from toptaak.kpi.large import OBSERVERS
    from toptaak.kpi.large_rates import RATES
    from toptaak.kpi.large_repeats import MEASURE
    from toptaak.kpi.measures import summaries
    from toptaak.kpi.summaries import estimates

    contacts = pd.read_parquet(folder / f"{name}.parquet")
    found = summaries({"contacts": contacts}, BY, measures=[*OBSERVERS, *RATES, MEASURE])
    stack([estimates(one, Settings()) for one in found.values()], BY).to_parquet(folder / f"{name}-plain.parquet")


ONCE, READ = {"sort": sort, "sort_again": sort_again}, {"journeys": journeys, "repeats": repeats, "rates": rates}
STAGES = {**ONCE, **READ, "plain": plain}


def run(stage: str, folder: Path, name: str, rows: int) -> None:
    command = [sys.executable, __file__, "--stage", stage, "--folder", str(folder), "--name", name]
    done = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    per_million = done["seconds"] / rows * 1e6
    print(
        f"{stage:<12}{rows:>12,} rows{done['seconds']:>9.1f} s{done['megabytes']:>8.0f} MB{per_million:>9.2f} s/million"
    )


def compare(folder: Path) -> None:
    import pandas as pd

    order = ["measure", *BY]
    ours = pd.concat([pd.read_parquet(folder / f"part-{what}.parquet") for what in READ])
    theirs = pd.read_parquet(folder / "part-plain.parquet")
    first, second = (frame.sort_values(order, ignore_index=True) for frame in (ours, theirs))
    pd.testing.assert_frame_equal(first, second, check_dtype=False, rtol=1e-9, atol=1e-12)
    print(f"both routes give the same {len(first):,} rows")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=30_000_000)
    parser.add_argument("--plain-rows", type=int, default=3_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--stage", choices=STAGES)
    parser.add_argument("--name")
    asked = parser.parse_args()
    if asked.stage:
        start = time.perf_counter()
        STAGES[asked.stage](asked.folder, asked.name)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": time.perf_counter() - start, "megabytes": peak}))
        return
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        folder = Path(name)
        make(asked.rows, folder / "whole.parquet")
        make(asked.plain_rows, folder / "part.parquet")
        for stage in (*ONCE, *READ):
            run(stage, folder, "whole", asked.rows)
        for stage in STAGES:
            run(stage, folder, "part", asked.plain_rows)
        compare(folder)


if __name__ == "__main__":
    main()
