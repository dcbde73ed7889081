from __future__ import annotations

import pandas as pd

from toptaak.core.results import ALL, RESULT_COLUMNS, by_group, is_results, result_row, results, stack


def test_missing_keys_belong_to_no_group_and_the_table_is_untouched() -> None:
    table = pd.DataFrame({"channel": ["web", None, "desk"], "x": [1, 2, 3]})
    before = table.copy()
    frame = results(by_group(table, ["channel"], lambda part: [result_row("count", len(part))]), ["channel"])
    assert frame.channel.tolist() == ["desk", "web"]
    pd.testing.assert_frame_equal(table, before)


def test_stacking_fills_totals() -> None:
    total = results([result_row("a", 3, 0.5)])
    split = results([result_row("a", 2, 0.4, channel="web")], ["channel"])
    frame = stack([total, split], ["channel"])
    assert frame.channel.tolist() == [ALL, "web"]
    assert list(frame.columns) == ["channel", *RESULT_COLUMNS]
    assert is_results(frame)
    assert stack([], ["channel"]).empty
