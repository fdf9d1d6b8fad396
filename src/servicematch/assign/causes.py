"""The reasons why units stay open: a closed list."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The reasons that can occur, in their order of precedence."""

    PIN_FORBIDS = "PIN_FORBIDS"
    BOOKED_TEAM_CANNOT = "BOOKED_TEAM_CANNOT"
    NO_LOCATION = "NO_LOCATION"
    NO_ELIGIBLE_TEAM = "NO_ELIGIBLE_TEAM"
    NO_RELEVANT_TEAM = "NO_RELEVANT_TEAM"
    TOO_FEW_TEAMS = "TOO_FEW_TEAMS"
    BELOW_RESERVE = "BELOW_RESERVE"
    SLOT_FULL = "SLOT_FULL"
    HOURS_FULL = "HOURS_FULL"
    DAY_CAP = "DAY_CAP"
    QUOTA_FULL = "QUOTA_FULL"
    SAME_TEAM = "SAME_TEAM"
    APART = "APART"
    NO_TIME_BETWEEN = "NO_TIME_BETWEEN"
    FLOOR_DISPLACED = "FLOOR_DISPLACED"
    LOST_TIE = "LOST_TIE"
    OUTCOMPETED = "OUTCOMPETED"
    NOT_WORTH_IT = "NOT_WORTH_IT"
    NOT_PROVED = "NOT_PROVED"
