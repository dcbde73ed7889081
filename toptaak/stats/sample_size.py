"""How many observations a comparison of two groups needs to see an effect of a given size."""

from __future__ import annotations

import math

from toptaak.stats.intervals import normal_quantile


def for_two_proportions(first: float, second: float, power: float = 0.8, confidence: float = 0.95) -> float:
    """Give the observations per group to tell two proportions apart, two-sided; round up for use.

    n = (z_a √(2 p̄ q̄) + z_b √(p1 q1 + p2 q2))² / (p1 - p2)², as R's `power.prop.test`.
    Source: Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, 4.14.

    Raises
    ------
    ValueError
        for equal proportions, or one outside 0-1.

    Examples
    --------
    >>> round(for_two_proportions(0.50, 0.75, power=0.90), 2)
    76.71
    """
    if first == second or not (0 <= first <= 1 and 0 <= second <= 1):
        raise ValueError("two different proportions between 0 and 1 are needed")
    pooled = (first + second) / 2
    at_chance = normal_quantile(confidence) * math.sqrt(2 * pooled * (1 - pooled))
    spread = first * (1 - first) + second * (1 - second)
    return (at_chance + normal_quantile(2 * power - 1) * math.sqrt(spread)) ** 2 / (first - second) ** 2


def smallest_rise(first: float, n: float, power: float = 0.8, confidence: float = 0.95) -> float:
    """Give the smallest rise from a proportion that two groups of this size mostly tell; missing where none would do.

    The inverse of `for_two_proportions`. For a fall, ask for the rise of the complement.

    Examples
    --------
    >>> round(smallest_rise(0.7, 150), 3), round(smallest_rise(0.7, 150, confidence=1 - 0.05 / 8), 3)
    (0.136, 0.169)
    >>> smallest_rise(0.9, 10)
    nan
    """
    from scipy.optimize import brentq

    room = 1 - first
    if not (0 <= first < 1 and n > 0) or for_two_proportions(first, 1.0, power, confidence) > n:
        return math.nan
    return float(brentq(lambda rise: for_two_proportions(first, first + rise, power, confidence) - n, 1e-9, room))


def for_two_means(difference: float, sd: float, power: float = 0.8, confidence: float = 0.95) -> float:
    """Give the observations per group to see a difference of means with a two-sided t test; round up for use.

    The smallest n at which P(T > t_a) reaches the power, with T noncentral t with 2n - 2 degrees of freedom and
    noncentrality |difference| / sd √(n / 2), as R's `power.t.test`.
    Source: Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, chapter 2.

    Raises
    ------
    ValueError
        without a difference, or without a positive standard deviation.

    Examples
    --------
    >>> round(for_two_means(1, 1, power=0.90), 3)
    22.021
    """
    from scipy.optimize import brentq
    from scipy.special import nctdtr, stdtrit

    effect = abs(difference) / sd if sd > 0 else math.nan
    if not effect > 0:
        raise ValueError("a difference and a positive standard deviation are needed")

    def lacking(n: float) -> float:
        degrees = 2 * n - 2
        return float(1 - nctdtr(degrees, effect * math.sqrt(n / 2), stdtrit(degrees, 0.5 + confidence / 2)) - power)

    # with two per group the test exists; a large effect needs no more
    if lacking(2.0) >= 0:
        return 2.0
    # step by step: far above the answer the noncentral t distribution cannot be computed
    enough = 4.0
    while lacking(enough) < 0:
        enough *= 2
    return float(brentq(lacking, enough / 2, enough, xtol=1e-9))
