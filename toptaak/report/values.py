"""How a measure's value is written: rounding happens here and nowhere earlier."""

from __future__ import annotations

import math

from toptaak.core.wording import DASH, declared_duration, duration, duration_range, number, percent, translator
from toptaak.kpi.measures import declaration


def say_value(measure_id: str, value: float, language: str = "nl") -> str:
    """Write one value in the unit of its measure; a missing value is a dash.

    Examples
    --------
    >>> say_value("success_rate", 0.784), say_value("completion_time", 3 * 86400), say_value("satisfaction", 7.25)
    ('78,4%', '3,0 dagen', '7,2')
    >>> say_value("cost_per_contact", 11.5)
    '€ 11,50'
    """
    if value is None or math.isnan(value):
        return DASH
    return _in_unit(declaration(measure_id).unit, value, language)


def _in_unit(unit: str, value: float, language: str) -> str:
    match unit:
        case "ratio":
            return percent(value, language)
        case "seconds":
            return duration(value, language)
        case "points":
            return signed(value * 100, language, 0)
        case "euro":
            return f"€ {number(value, language, 2)}"
        case "factor":
            return number(value, language, 2)
        case _:
            return number(value, language, 1)


def say_declared(measure_id: str, value: float, language: str = "nl") -> str:
    """Write a value somebody chose, such as a target, with as many decimals as it has (at most three); missing: a dash.

    Examples
    --------
    >>> say_declared("contacts_per_case", 1.55), say_declared("completion_time", 3600)
    ('1,55', '60 min')
    """
    if math.isnan(value):
        return DASH
    match declaration(measure_id).unit:
        case "seconds":
            return declared_duration(value, language)
        case "ratio":
            return percent(value, language, _decimals(value * 100))
        case "count" | "score" | "index":
            return number(value, language, _decimals(value))
        case _:
            return say_value(measure_id, value, language)


def _decimals(value: float, least: int = 1, most: int = 3) -> int:
    return next((few for few in range(least, most) if math.isclose(value, round(value, few), abs_tol=1e-9)), most)


def say_interval(measure_id: str, low: float, high: float, language: str = "nl", around: float = math.nan) -> str:
    """Write an interval, `71,2% tot 84,0%`; empty where there is none. Times are in the unit of `around`.

    The t interval of few times or counts may reach below zero; what is written does not.

    Examples
    --------
    >>> say_interval("success_rate", 0.712, 0.84), say_interval("channel_switches", -0.1, 0.3)
    ('71,2% tot 84,0%', '0,0 tot 0,3')
    """
    if math.isnan(low) or math.isnan(high):
        return ""
    found = declaration(measure_id)
    low = max(low, found.bounds[0])
    if found.unit == "seconds":
        return duration_range(low, high, language, around)
    ends = {"low": say_value(measure_id, low, language), "high": say_value(measure_id, high, language)}
    return translator(language)("{low} to {high}", **ends)


def say_difference(measure_id: str, value: float, language: str = "nl") -> str:
    """Write a difference with its sign: points for ratios, a percentage for times that are compared by their ratio.

    Examples
    --------
    >>> say_difference("success_rate", 0.052), say_difference("completion_time", 0.8)
    ('+5,2 procentpunt', '-20%')
    >>> say_difference("speed_of_answer", -43.0), say_difference("cost_per_contact", 1.5)
    ('-43 sec', '+€ 1,50')
    """
    if value is None or math.isnan(value):
        return DASH
    found = declaration(measure_id)
    match found.unit:
        case "seconds" | "euro" if found.scale != "geometric_mean":
            return f"{'-' if value < 0 else '+' if value > 0 else ''}{_in_unit(found.unit, abs(value), language)}"
        case "ratio":
            points = translator(language)("percentage points")
            return f"{signed(value * 100, language, 1)} {points}"
        case "seconds":
            return signed((value - 1) * 100, language, 0) + "%"
        case "points":
            return signed(value * 100, language, 0)
        case _:
            return signed(value, language, 1)


def say_difference_interval(measure_id: str, low: float, high: float, language: str = "nl") -> str:
    """Write the interval of a difference; empty where there is none.

    Examples
    --------
    >>> say_difference_interval("success_rate", -0.01, 0.05)
    '-1,0 tot +5,0 procentpunt'
    """
    if math.isnan(low) or math.isnan(high):
        return ""
    ends = [say_difference(measure_id, end, language) for end in (low, high)]
    unit = " " + translator(language)("percentage points")
    return translator(language)("{low} to {high}", low=ends[0].removesuffix(unit), high=ends[1])


def signed(value: float, language: str, decimals: int) -> str:
    """Write a number with its sign; zero has none.

    Examples
    --------
    >>> signed(5.24, "nl", 1), signed(-0.01, "nl", 1)
    ('+5,2', '0,0')
    """
    text = number(value, language, decimals)
    return f"+{text}" if value > 0 and text.strip("0,.") else text
