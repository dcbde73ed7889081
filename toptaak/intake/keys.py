"""Rows named by several columns, compared at the speed of Arrow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def row_keys(frame: pd.DataFrame, columns: Sequence[str]) -> pa.Array:
    """Join columns to one text per row; missing counts as a value of its own.

    Examples
    --------
    >>> row_keys(pd.DataFrame({"a": ["x", None], "b": [1, 2]}), ["a", "b"]).to_pylist()
    ['x\\x1f1', '\\x1f2']
    """
    texts = [pa.array(frame[name].astype("str"), pa.large_string()).fill_null("") for name in columns]
    joined = pc.binary_join_element_wise(*texts, pa.scalar("\x1f", pa.large_string()))
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def numbered(keys: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Number equal keys alike.

    Returns
    -------
    tuple
        The number of each row's key, from 0 in order of appearance; and how often each number occurs.

    Examples
    --------
    >>> [array.tolist() for array in numbered(pa.array(["b", "a", "b"]))]
    [[0, 1, 0], [2, 1]]
    """
    encoded = keys.dictionary_encode()
    numbers = encoded.indices.to_numpy(zero_copy_only=False)
    return numbers, np.bincount(numbers, minlength=len(encoded.dictionary))


def group_numbers(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Number the rows that are equal in some columns alike; missing counts as a value of its own.

    Returns
    -------
    tuple
        As for `numbered`.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": ["x", None, "x"], "b": [1, 2, 1]})
    >>> [array.tolist() for array in group_numbers(frame, ["a", "b"])]
    [[0, 1, 0], [2, 1]]
    """
    numbers, many = np.zeros(len(frame), dtype=np.int64), 1
    for name in columns:
        spots, distinct = pd.factorize(frame[name], use_na_sentinel=False)
        numbers, _ = pd.factorize(numbers * max(len(distinct), 1) + spots)
        many = int(numbers.max(initial=-1)) + 1
    return numbers, np.bincount(numbers, minlength=many)


def content_names(cells: pd.DataFrame) -> pd.Series:
    """Name rows by what stands in them, so that a row has one name in every file; equal rows of a file stay apart.

    Examples
    --------
    >>> names = content_names(pd.DataFrame({"a": ["x", "y", "x"]}))
    >>> names.nunique(), names[2] == names[0] + "-1"
    (3, True)
    """
    contents = pd.Series(pd.util.hash_pandas_object(cells.astype("str"), index=False).to_numpy())
    turns = contents.groupby(contents).cumcount()
    named = zip(contents, turns, strict=True)
    return pd.Series([f"{content:016x}-{turn}" if turn else f"{content:016x}" for content, turn in named], dtype="str")


def found_in(keys: pa.Array, known: pa.Array) -> np.ndarray:
    """Give the position in `known` of every key, or -1.

    Examples
    --------
    >>> found_in(pa.array(["b", "x"]), pa.array(["a", "b"])).tolist()
    [1, -1]
    """
    positions = pc.index_in(keys, value_set=known).fill_null(-1)
    return np.asarray(positions)
