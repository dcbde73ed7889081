"""The Dutch of the reports is plain: short sentences, common words. `python -m benchmarks.plain_dutch` prints it."""

from __future__ import annotations

import pytest

from benchmarks.plain_dutch import LONGEST, LONGEST_ON_AVERAGE, Sentence, average, hard_words, sentences, too_long

FOUND = list(sentences())
LONG = Sentence("report", "woord " * LONGEST + "woord.", "woord")
HARD = Sentence("report", "De homoscedasticiteit is gering.", "De homoscedasticiteit is gering.")


def test_no_sentence_is_too_long() -> None:
    assert len(FOUND) > 1500
    assert too_long(FOUND) == []
    assert average(FOUND) <= LONGEST_ON_AVERAGE


def test_a_sentence_that_is_too_long_is_found() -> None:
    assert too_long([LONG]) == [LONG]


def test_every_word_is_plain_or_in_the_glossary() -> None:
    pytest.importorskip("wordfreq", reason="the list of common words is not installed: pip install wordfreq")
    assert hard_words(FOUND) == {}


def test_a_hard_word_is_found() -> None:
    pytest.importorskip("wordfreq", reason="the list of common words is not installed: pip install wordfreq")
    assert set(hard_words([HARD])) == {"homoscedasticiteit"}
