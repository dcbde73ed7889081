"""How a measure's value is written: rounding happens here and nowhere earlier."""

from __future__ import annotations

import math
from functools import cache

from toptaak.core.wording import DASH, Reader
from toptaak.kpi.measures import declaration


class MeasureReader(Reader):
    """A reader who knows the measures: writes a value in the unit of its measure.

    Examples
    --------
    >>> reader = MeasureReader("nl")
    >>> reader.value("success_rate", 0.784), reader.interval("success_rate", 0.712, 0.84)
    ('78,4%', '71,2% tot 84,0%')
    """

    def value(self, measure_id: str, value: float, around: float = math.nan) -> str:
        """Write one value in the unit of its measure, times in that of `around`; a missing value is a dash.

        Examples
        --------
        >>> reader = MeasureReader("nl")
        >>> reader.value("completion_time", 3 * 86400), reader.value("satisfaction", 7.25)
        ('3,0 dagen', '7,2')
        >>> reader.value("cost_per_contact", 11.5)
        '€ 11,50'
        """
        if value is None or math.isnan(value):
            return DASH
        return self._measured(declaration(measure_id).unit, value, around)

    def declared(self, measure_id: str, value: float, around: float = math.nan) -> str:
        """Write a value somebody chose, such as a target, with as many decimals as it has (at most three).

        Examples
        --------
        >>> reader = MeasureReader("nl")
        >>> reader.declared("contacts_per_case", 1.55), reader.declared("completion_time", 3600)
        ('1,55', '60 min')
        """
        if math.isnan(value):
            return DASH
        match declaration(measure_id).unit:
            case "seconds":
                return self.declared_duration(value, around)
            case "ratio":
                return self.percent(value, _decimals(value * 100))
            case "count" | "score" | "index":
                return self.number(value, _decimals(value))
            case _:
                return self.value(measure_id, value)

    def interval(self, measure_id: str, low: float, high: float, around: float = math.nan) -> str:
        """Write an interval; empty where there is none. Times are in the unit of `around`.

        The t interval of few times or counts may reach below zero; what is written does not. Limits that would both
        be written as zero get the decimals that tell them apart.

        Examples
        --------
        >>> reader = MeasureReader("nl")
        >>> reader.interval("channel_switches", -0.1, 0.3), reader.interval("channel_switches", 0.0, 0.03)
        ('0,0 tot 0,3', '0,00 tot 0,03')
        >>> reader.interval("disaster_rate", 0.0, 0.0004)
        '0,00% tot 0,04%'
        """
        if math.isnan(low) or math.isnan(high):
            return ""
        declared = declaration(measure_id)
        low = max(low, declared.bounds[0])
        if declared.unit == "seconds":
            return self.duration_range(low, high, around)
        ends = [self.value(measure_id, low), self.value(measure_id, high)]
        if declared.unit in ("ratio", "count", "score", "index") and not any(map(_tells, ends)):
            write, unit = (self.percent, 100) if declared.unit == "ratio" else (self.number, 1)
            decimals = _telling(max(abs(low), abs(high)) * unit)
            ends = [write(low, decimals), write(high, decimals)]
        return self("{low} to {high}", low=ends[0], high=ends[1])

    def difference(self, measure_id: str, value: float, around: float = math.nan) -> str:
        """Write a difference with its sign: points for ratios, a percentage for times that are compared by their ratio.

        Other times are in the unit of `around`, a value they belong to. What is written as zero has no sign.

        Examples
        --------
        >>> reader = MeasureReader("nl")
        >>> reader.difference("success_rate", 0.052), reader.difference("completion_time", 0.8)
        ('+5,2 procentpunt', '-20%')
        >>> reader.difference("speed_of_answer", -43.0), reader.difference("cost_per_contact", 1.5)
        ('-43 sec', '+€ 1,50')
        >>> reader.difference("speed_of_answer", -43.0, around=290.0), reader.difference("speed_of_answer", -0.3)
        ('-0,7 min', '0 sec')
        """
        if value is None or math.isnan(value):
            return DASH
        declared = declaration(measure_id)
        match declared.unit:
            case "seconds" | "euro" if declared.scale != "geometric_mean":
                size = self._measured(declared.unit, abs(value), around)
                return ("-" if value < 0 else "+") + size if _tells(size) else size
            case "ratio":
                return f"{self.signed(value * 100, 1)} {self('percentage points')}"
            case "seconds":
                return self.signed((value - 1) * 100, 0) + "%"
            case "points":
                return self.signed(value * 100, 0)
            case _:
                return self.signed(value, 1)

    def difference_interval(self, measure_id: str, low: float, high: float, around: float = math.nan) -> str:
        """Write the interval of a difference, with its unit once; empty where there is none.

        Examples
        --------
        >>> reader = MeasureReader("nl")
        >>> reader.difference_interval("success_rate", -0.01, 0.05)
        '-1,0 tot +5,0 procentpunt'
        >>> reader.difference_interval("speed_of_answer", -40.0, 32.0, around=290.0)
        '-0,7 tot +0,5 min'
        """
        if math.isnan(low) or math.isnan(high):
            return ""
        unit = declaration(measure_id).unit
        if unit == "seconds" and not math.isfinite(around):
            around = max(abs(low), abs(high))
        ends = [self.difference(measure_id, end, around) for end in (low, high)]
        # the unit behind the second limit holds for both
        behind = "".join(ends[1].partition(" ")[1:]) if unit in ("ratio", "seconds") else ""
        return self("{low} to {high}", low=ends[0].removesuffix(behind), high=ends[1])

    def _measured(self, unit: str, value: float, around: float = math.nan) -> str:
        match unit:
            case "ratio":
                return self.percent(value)
            case "seconds":
                return self.duration(value, around)
            case "points":
                return self.signed(value * 100, 0)
            case "euro":
                return f"€ {self.number(value, 2)}"
            case "factor":
                return self.number(value, 2)
            case _:
                return self.number(value, 1)


def _tells(text: str) -> bool:
    """Tell whether a written number is anything but zero."""
    return any(digit in text for digit in "123456789")


def _telling(value: float, most: int = 4) -> int:
    """Give the decimals with which a small value is not written as zero."""
    return next((few for few in range(1, most) if round(value, few)), most)


def _decimals(value: float, least: int = 1, most: int = 3) -> int:
    return next((few for few in range(least, most) if math.isclose(value, round(value, few), abs_tol=1e-9)), most)


@cache
def measure_reader(language: str) -> MeasureReader:
    """Give the reader of a language who knows the measures."""
    return MeasureReader(language)
