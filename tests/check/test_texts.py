"""Any text in any script is read alike by the code that made the plan and by the code that checks it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from servicematch.base.errors import PolicyError
from servicematch.check.builtin_terms import read_term
from servicematch.pairs.terms import Text
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams

PIECES = [
    *(
        "书法",
        "太极",
        "广场舞",
        "不要",
        "不用",
        "已经有",
        "弄错",
        "搞錯",
        "是",
        "的",
        "在",
        "々",
        "〇",
        "𠀀",
        "한국어",
        "ᄀ",
        "ア",
        "が",
    ),
    *(
        "yoga",
        "class",
        "dance",
        "the",
        "would like",
        "a",
        "no need",
        "rather than",
        "by mistake",
        "except",
        "don’t want",
    ),
    *(" ", "  ", ",", "，", ", ,", "。", "\n", "\t", "/", "|", "(", "-", "'", "’", "_", "1", "24h", "½", "①", "ⅷ"),
    *(
        "é",
        "e\u0301",
        "\u0301",
        "ᠮᠣᠩᠭᠣᠯ",
        "\u180e",
        "❤️",
        "👩‍🌾",
        "\u200d",
        "العربية",
        "\ud800",
        "ß",
        "ﬁ",
        "İ",
        "ς",
        "\u2e80",
    ),
    *("knee", "pain", "knee pain", "knees", "冰箱", "修", "s", "THE", "oF"),
]
WORDS = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)
SPACED = st.lists(st.sampled_from(PIECES), max_size=10).map(" ".join)
TEXT = st.none() | WORDS | SPACED


@settings(deadline=None, max_examples=150)
@given(
    needs=st.lists(TEXT, min_size=1, max_size=4),
    offers=st.lists(TEXT, min_size=1, max_size=5),
    skills=st.none() | st.lists(st.sampled_from(["书法", "yoga class", "家电,维修", "the"]), min_size=5, max_size=5),
    synonyms=st.none()
    | st.dictionaries(st.sampled_from(["书法", "yoga", "家电维修"]), st.lists(WORDS, max_size=3), max_size=2),
)
def test_both_value_every_pair_alike(needs, offers, skills, synonyms):
    """Refusals, synonyms, half characters, marks and signs; a pair's value does not depend on the others either."""
    try:
        term = Text(synonyms=synonyms)
    except PolicyError:  # a blank word, or one that means two things
        term = Text()
    requests = Requests({"id": range(len(needs)), "need": needs})
    teams = {"id": range(len(offers)), "offers": offers}
    teams = Teams(teams if skills is None else teams | {"skills": [[one] for one in skills[: len(offers)]]})
    rows, cols = (axis.astype(np.int32) for axis in np.divmod(np.arange(len(needs) * len(offers)), len(offers)))
    prepared = term.prepare(requests, teams)
    values = prepared.values(rows, cols)
    checked = read_term(term, requests, teams, None).value.values(rows, cols)
    np.testing.assert_allclose(values, checked, atol=1e-9)
    alone = [prepared.values(rows[i : i + 1], cols[i : i + 1])[0] for i in range(len(rows))]
    np.testing.assert_array_equal(values, alone)


def test_one_team_that_offers_thousands_of_things_is_no_burden():
    """Nothing is as wide as the longest list times the number of teams."""
    long = "；".join(f"服务{chr(0x4E00 + i)}" for i in range(3000))
    requests = Requests({"id": [1], "need": ["服务一"]})
    teams = Teams({"id": range(2000), "offers": [long, *["书法"] * 1999]})
    value = read_term(Text(), requests, teams, None).value
    assert value.offered.shape == (3000 + 1999,)
    rows, cols = np.zeros(2000, dtype=np.int32), np.arange(2000, dtype=np.int32)
    np.testing.assert_allclose(value.values(rows, cols), Text().prepare(requests, teams).values(rows, cols), atol=1e-9)
