"""Mainland China's numbering plan, where phonenumbers is silent or wrong.

Hot-lines are no valid number to phonenumbers unless an area code stands before them, and then
they are a household's; ports and devices are none to it either. Sources: the plan of numbers of
telecommunication networks (电信网编号计划, MIIT 2017) and what carriers do.
"""

from __future__ import annotations

import re

from kit.model import NumberKind

_EMERGENCY = re.compile(r"110|119|12[02]")
_HOTLINE = re.compile(r"1\d{2,4}|9[56]\d{3,6}")
_BEHIND_AREA = re.compile(r"(?:10|2\d|[3-9]\d\d)(?:1\d{2,4}|9[56]\d{3,4})")
_PORT = re.compile(r"106\d{3,17}")
_DEVICE = re.compile(r"14[0689]\d{8}|141\d{10}|1440\d{9}|1064[6-9]\d{8}")
#: Of a number in Beijing, its area code included: +86 10 6… is no port, 106….
_BEIJING_DIGITS = 10
#: The same with an extension behind it.
_BEIJING_DESK = re.compile(r"\D*86\D?10\D?6\d{3}[ -]?\d{4}-\d{1,6}", re.ASCII)
#: The code is missing behind the `+`: North America, whose code is 1, groups otherwise.
_LACKING_CODE = re.compile(r"\+ ?1[3-9]\d[ -]\d{4}[ -]\d{4}")

REGION = "CN"
CODE = 86
MOBILE_DIGITS = 11
#: So many digits decide whether a mobile can exist.
HEAD = 5

_LANDLINE = re.compile(r"0(?:10|2\d)[2-9]\d{7}|0[3-9]\d{2}[2-9]\d{6,7}", re.ASCII)
_WITH_CODE = re.compile(r"(?:\+|00)86(1[3-9]\d{9})", re.ASCII)
_HERE = re.compile(r"(?:(?:\+|00)?86)?(1[3-9]\d{9})", re.ASCII)
_BETWEEN_DIGITS = str.maketrans("", "", " -")


def mobile(text: str, *, is_here: bool) -> str:
    """The eleven digits of what may be a mobile, or an empty text.

    `is_here`: it is dialled from the mainland, so that it needs no country code.
    """
    pattern = _HERE if is_here else _WITH_CODE
    found = pattern.fullmatch(text.translate(_BETWEEN_DIGITS))
    return found[1] if found and not lacks_code(text) else ""


def is_hotline(text: str) -> bool:
    """Whether it is a number such as 10086, 95588 or 110."""
    return _HOTLINE.fullmatch(text) is not None


def is_landline(digits: str) -> bool:
    """Whether it looks like a landline with its area code."""
    return _LANDLINE.fullmatch(digits) is not None


def lacks_code(plain: str) -> bool:
    """Whether somebody wrote `+138 0000 0001`, which would reach North America."""
    return _LACKING_CODE.fullmatch(plain) is not None


def special(plain: str) -> tuple[NumberKind, str] | None:
    """What is no telephone of a person or a household, and how it is dialled.

    `plain` has `+86`, or is dialled from the mainland.
    """
    digits = re.sub(r"\D", "", plain)
    national = digits.removeprefix("86")
    has_code = national != digits
    if found := _short(national):
        return found
    if _DEVICE.fullmatch(national):
        return NumberKind.IOT, f"+86{national}"
    is_in_beijing = (has_code and len(national) == _BEIJING_DIGITS) or _BEIJING_DESK.fullmatch(
        plain
    )
    if _PORT.fullmatch(national) and not is_in_beijing:
        return NumberKind.SMS_PORT, national
    behind_trunk = national if has_code else digits.removeprefix("0")
    if behind_trunk != digits and _BEHIND_AREA.fullmatch(behind_trunk.removeprefix("0")):
        return NumberKind.SERVICE, "0" + behind_trunk.removeprefix("0")
    return None


def _short(national: str) -> tuple[NumberKind, str] | None:
    if _EMERGENCY.fullmatch(national):
        return NumberKind.EMERGENCY, national
    return (NumberKind.SERVICE, national) if _HOTLINE.fullmatch(national) else None
