"""What a limit measured, and what it had to keep to, in numbers short enough to read and long enough to differ."""

from __future__ import annotations


def measured(value: float, bound: float, unit: str) -> tuple[str, str]:
    """Write a value that breaks its bound, and the bound, to a millionth where shorter numbers would look the same.

    Examples
    --------
    >>> measured(118.366, 117.7, "km"), measured(30.004, 30.0, "km")
    (('118.4', '117.7'), ('30.004000', '30.000000'))
    """
    told, at_most = number(value, unit), number(bound, unit)
    return (told, at_most) if told != at_most else (f"{value:,.6f}", f"{bound:,.6f}")


def number(value: float, unit: str) -> str:
    """Write kilometres to a tenth, counts whole, and what a limit of the caller's own measures to a hundredth.

    Examples
    --------
    >>> number(1250.06, "km"), number(3.0, "skills"), number(0.666, "hours")
    ('1,250.1', '3', '0.67')
    """
    if unit == "km":
        return f"{value:,.1f}"
    return f"{value:,.0f}" if value.is_integer() else f"{value:,.2f}"
