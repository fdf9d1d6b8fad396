"""The words of a plan say what its numbers say, and the numbers add up."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicematch.base.shares import percent
from servicematch.out.summary import summary_text

SUMMARY = {
    "n_requests": 3000,
    "n_teams": 1,
    "n_pairs": 9000,
    "units_asked": 3400,
    "units_served": 3000,
    "requests_served": 2700,
    "by_reason": {"NO_LOCATION": 100, "OUTCOMPETED": 290, "LOST_TIE": 10, "EXCLUDED": 0},
    "mean_km": 4.25,
    "longest_km": 9.5,
    "total_km": 12750.0,
    "limits_on": ("distance", "women_only"),
    "limits_off": ("skills",),
    "terms_on": ("text",),
    "terms_off": ("track_record",),
    "status": "PROVED",
    "by_priority": {2: (1000, 1100), 0: (2000, 2300)},
    "objective": {"priority=2": 1000, "priority=0": 2000, "score": 1_500_000_000},
    "score_total": 1500.0,
    "gap": 0,
}
FAIR = {"kind": "leximin", "column": "area", "above": "score"}
EMPTY = SUMMARY | {
    "n_requests": 0,
    "n_teams": 0,
    "n_pairs": 0,
    "units_asked": 0,
    "units_served": 0,
    "requests_served": 0,
    "by_reason": {},
    "mean_km": None,
    "longest_km": None,
    "total_km": None,
    "limits_on": (),
    "terms_on": (),
    "objective": {"served": 0, "score": 0},
    "score_total": 0.0,
}


def numbers(line):
    """Read the whole numbers of a line."""
    return [int(text.replace(",", "")) for text in re.findall(r"\d[\d,]*", line)]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_served_and_open_add_up_to_what_was_asked(lang):
    """A dispatcher adds the numbers up, and must get the same."""
    lines = summary_text(SUMMARY, lang).splitlines()
    served, asked = numbers(lines[1])[:2]
    still_open, of, *reasons = numbers(lines[2])
    assert served + still_open == asked == of
    assert sum(reasons) == still_open
    assert sum(numbers(lines[3])[1::3]) == served
    assert sum(numbers(lines[3])[2::3]) == asked


def test_reasons_come_with_the_largest_first_and_none_that_is_zero():
    """The first words should be the first thing to mend."""
    line = summary_text(SUMMARY).splitlines()[2]
    assert (
        line == "Open: 400 of 3,400 units: all places of its teams taken (290); place not known (100); lost a tie (10)."
    )


def test_one_is_singular():
    """Sentences are for people."""
    assert summary_text(SUMMARY).startswith("3,000 requests asking for 3,400 units, 1 team, 9,000 pairs possible.")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_empty_plan_has_words_too(lang):
    """Nothing in, nothing to divide by."""
    text = summary_text(EMPTY, lang)
    assert "km" not in text
    assert "公里" not in text
    assert "nan" not in text


def test_a_full_plan_says_that_nothing_is_open():
    """No news is worth one line."""
    full = SUMMARY | {"by_reason": {}, "units_asked": 3000}
    assert "Nothing stays open." in summary_text(full)


def test_no_distances_no_line_of_kilometres():
    """Plans without places have no distance, which is not a distance of 0."""
    assert "km" not in summary_text(SUMMARY | {"mean_km": None, "total_km": None})


@pytest.mark.parametrize(
    ("status", "objective", "said"),
    [
        ("PROVED", {"served": 3, "score": 1}, "no plan serves more"),
        ("PROVED", {"score": 1}, "no plan scores more"),
        ("FEASIBLE", {"served": 3, "score": 1}, "at most 12 short"),
    ],
)
def test_the_proof_says_what_was_proved(status, objective, said):
    """A plan by score alone does not serve the most, and must not say so."""
    assert said in summary_text(SUMMARY | {"status": status, "objective": objective, "gap": 12})


def test_a_gap_that_is_not_known_is_not_told():
    """Better no number than a wrong one."""
    text = summary_text(SUMMARY | {"status": "FEASIBLE", "gap": None})
    assert "Not proved to be the best plan." in text


def test_priorities_say_which_come_first_and_how_many_were_asked():
    """Who reads "2 (24)" cannot tell whether that is good."""
    assert "by priority, higher numbers first: 2 (1,000 of 1,100), 0 (2,000 of 2,300)." in summary_text(SUMMARY)
    assert "数字大的优先" in summary_text(SUMMARY, "zh")
    assert "priority" not in summary_text(SUMMARY | {"by_priority": {0: (3000, 3400)}})


def test_many_priorities_are_told_together_and_still_add_up():
    """Nine classes take one line."""
    many = SUMMARY | {"by_priority": {10 - i: (i, 2 * i) for i in range(10)}}
    line = summary_text(many).splitlines()[3]
    assert line.endswith("3 lower ones (24 of 48).")


def test_what_is_not_proved_is_said_beside_what_is():
    """A proof says nothing of what the tables leave out."""
    assert "Not proved: that the tables" in summary_text(SUMMARY)
    assert "未证明的是" in summary_text(SUMMARY, "zh")
    assert "Not proved: that" not in summary_text(SUMMARY | {"status": "FEASIBLE"})


@pytest.mark.parametrize(
    "more",
    [{"n_slots": 0}, {"n_slots": 40}, {"n_rules": 1}, {"n_rules": 0, "fairness": FAIR}, {"n_slots": 40, "n_rules": 2}],
)
def test_answers_are_not_called_proved_where_they_are_refused(more):
    """With slots, rules or fairness nothing is told of costs, shortages and recruits, or it is planned again."""
    for lang, told, left_out in (
        ("en", "Proved as well: the costs", "Not proved: that the tables and the scores are right, and that a team"),
        ("zh", "代价、缺口和招募效果同样已证明", "未证明的是：表格和评分是否合乎实际"),
    ):
        plain, other = summary_text(SUMMARY, lang).splitlines(), summary_text(SUMMARY | more, lang).splitlines()
        assert any(told in line and left_out in line for line in plain)
        assert not any(told in line for line in other)
        assert any(line.startswith(left_out) for line in other)


def test_the_longest_way_is_no_breach_of_a_limit():
    """One team's radius is not another's, and the line says so where a radius counts."""
    assert "9.5 km at most (each team has its own limit, or none)" in summary_text(SUMMARY)
    assert "9.5 km at most, " in summary_text(SUMMARY | {"limits_on": ()})


def test_what_is_off_is_said():
    """A limit without its columns was not kept, and the reader must know."""
    assert summary_text(SUMMARY).splitlines()[-1] == "Off, for want of their columns: skills, track record."
    assert "停用：技能、口碑" in summary_text(SUMMARY, "zh")


def test_a_hundred_per_cent_means_all():
    """One open unit in ten thousand must not be rounded away."""
    nearly = SUMMARY | {"units_asked": 10_000, "units_served": 9_999, "by_reason": {"LOST_TIE": 1}}
    assert "(99.9 %)" in summary_text(nearly)


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [(13, 15, 86.7), (2, 3, 66.7), (1, 8, 12.5), (1999, 2000, 99.9), (1, 10**6, 0.1), (0, 7, 0.0), (7, 7, 100.0)],
)
def test_a_share_is_rounded_to_the_nearest_tenth(part, whole, share):
    """13 of 15 is 86.7 %; only all is 100 %, and only none is 0 %."""
    assert percent(part, whole) == share


@given(st.integers(1, 10**12), st.data())
def test_a_share_is_off_by_half_a_tenth_at_most_except_at_the_ends(whole, data):
    """The law behind it, for all counts."""
    part = data.draw(st.integers(0, whole))
    told, exact = percent(part, whole), 100 * part / whole
    assert (told == 100) == (part == whole)
    assert (told == 0) == (part == 0)
    assert abs(told - exact) <= (0.05 if 0.05 <= exact < 99.95 else 0.1) + 1e-9
