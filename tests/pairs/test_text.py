"""Texts: n-grams, weights, cosines; Chinese and English."""

import pickle
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from pairs.towns import NEEDS, OFFERS
from servicematch.base.errors import PolicyError
from servicematch.base.reading import FIRST_CHARACTER, FUNCTION_CHARACTERS, UNKNOWN_SHARE
from servicematch.pairs import ngrams
from servicematch.pairs.cosine import DenseCosine, SparseCosine
from servicematch.pairs.ngrams import count_ngrams, key_text
from servicematch.pairs.normal import normalise
from servicematch.pairs.phrases import without_refused
from servicematch.pairs.terms import Text
from servicematch.pairs.text import FittedText, PhraseTable
from servicematch.tables.requests import Requests
from servicematch.tables.teams import Teams

TEXTS = st.lists(
    st.text(alphabet=st.sampled_from("书法健身舞，. \naéßжᠮᠣ한🧘7") | st.characters(), max_size=12),
    min_size=1,
    max_size=6,
)


def term_values(needs, offers, **options):
    """Value all pairs of some needs and some offers, as a matrix."""
    requests, teams = (
        Requests({"id": range(len(needs)), "need": needs}),
        Teams({"id": range(len(offers)), "offers": offers}),
    )
    rows, cols = np.divmod(np.arange(len(needs) * len(offers)), len(offers))
    return Text(**options).prepare(requests, teams).values(rows, cols).reshape(len(needs), -1)


def characters_of(text):
    """Leave what is no character: signs, digits, spelt words."""
    return "".join(char if is_character(char) else " " for char in text)


def is_compared(char):
    """Tell a letter, a mark or a number that is written as a letter from what says nothing."""
    category = unicodedata.category(char)
    return category[0] in "LM" or category == "Nl"


def is_character(char):
    """Tell a character that is written by itself from a letter or a sign."""
    return is_compared(char) and ord(char) >= FIRST_CHARACTER


def letters_of(text):
    """Leave the spelt words."""
    is_letter = [is_compared(char) and ord(char) < FIRST_CHARACTER for char in text]
    return "".join(char if ok else " " for char, ok in zip(text, is_letter, strict=True))


def counted(vectorizer, texts):
    """Count with scikit-learn: (text, piece) to how often."""
    if not any(text.strip() for text in texts):
        return {}
    try:
        matrix = vectorizer.fit_transform(texts).tocoo()
    except ValueError:  # no piece at all
        return {}
    names = vectorizer.get_feature_names_out()
    return {(int(t), names[g]): int(n) for t, g, n in zip(matrix.row, matrix.col, matrix.data, strict=True)}


@settings(deadline=None)
@given(TEXTS)
@example(["\U00010140Ⅷ"])
def test_counts_are_those_of_scikit_learn(texts):
    """A second, well-kept program must count the same pieces: characters and pairs, and runs of letters in words."""
    clean = [normalise(text) for text in texts]
    counts = count_ngrams(clean)
    mine = {(int(t), key_text(int(k))): int(n) for t, k, n in zip(counts.text, counts.key, counts.count, strict=True)}
    pairs = counted(
        CountVectorizer(analyzer="char", ngram_range=(1, 2), lowercase=False), [characters_of(text) for text in clean]
    )
    runs = counted(
        CountVectorizer(analyzer="char_wb", ngram_range=(4, 4), lowercase=False), [letters_of(text) for text in clean]
    )
    expected = {key: n for key, n in pairs.items() if " " not in key[1] and not FUNCTION_CHARACTERS.issuperset(key[1])}
    assert mine == expected | runs


def test_long_texts_are_counted_in_chunks_without_a_trace(monkeypatch):
    """A resident may paste a megabyte; nobody else's counts may change by it."""
    texts = ["想要一名健身操教练", "", "yoga" * 50, "🧘", "law 法律"]
    whole = count_ngrams(texts)
    monkeypatch.setattr(ngrams, "CHARS_PER_CHUNK", 10)
    pieces = count_ngrams(texts)
    for name in ("text", "key", "count"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(pieces, name))


def test_a_megabyte_of_text_and_a_lone_surrogate_are_texts():
    """Hostile input is counted, not refused."""
    values = term_values(
        ["ab cd " * 200_000, "书" * 1_000_000, "\ud800", "<script>=HYPERLINK(1)"], ["abcd", "书\ud800x"]
    )
    assert np.isfinite(values).all()
    assert values[1, 1] > 0
    assert values[3].max() == 0


def test_width_and_case_do_not_matter():
    """Phones write full-width letters."""
    assert term_values(["ＹＯＧＡ"], ["yoga"])[0, 0] == pytest.approx(1.0)


def test_chinese_and_english_both_find_their_like():
    """The trap is a word analyser, for which a Chinese clause is one word and nothing is alike."""
    chinese = term_values(["想要一名健身操教练"], ["健身操教练", "法律援助与咨询"])[0]
    english = term_values(["a yoga class for beginners"], ["yoga classes", "plumbing repairs"])[0]
    assert chinese[0] > 0.5
    assert chinese[1] < 0.05
    assert english[0] > 0.3 > english[1]


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["健身操广场舞教练", "法律援助咨询", "水电维修", "健身操", "法律"]), min_size=1, max_size=5
    ),
    st.sampled_from(["健身操教练", "法律咨询", "水电漏水"]),
)
def test_values_are_cosines_of_scikit_learn_with_the_shortest_length_raised(offers, need):
    """For offers of one phrase: the weights are scikit-learn's; a text is at least as long as the mean phrase."""
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), norm=None, binary=True).fit(offers)
    rows = vectorizer.transform(offers).toarray()
    counter = CountVectorizer(analyzer="char", ngram_range=(1, 2)).fit([need])
    unknown = (np.log(1 + len(offers)) + 1) * UNKNOWN_SHARE
    places = vectorizer.vocabulary_
    weights = {g: vectorizer.idf_[places[g]] if g in places else unknown for g in counter.get_feature_names_out()}
    shortest = np.sqrt((rows**2).sum(axis=1).mean())
    length = max(shortest, np.sqrt(sum(weight**2 for weight in weights.values())))
    lengths = np.maximum(shortest, np.sqrt((rows**2).sum(axis=1)))
    expected = [sum(w * row[places[g]] for g, w in weights.items() if g in places) / length for row in rows]
    np.testing.assert_allclose(term_values([need], offers)[0], expected / lengths, atol=1e-12)


def test_unknown_characters_make_a_text_less_alike():
    """They match nothing, but they are part of what was said."""
    values = term_values(["yoga", "yoga zzzz"], ["yoga"])
    assert values[0, 0] == pytest.approx(1.0)
    assert values[1, 0] < 0.9


def test_one_word_in_common_of_two_short_texts_is_no_match():
    """Short texts count as if they were as long as the phrases on offer."""
    values = term_values(["法"], ["法律援助与咨询", "民间借贷合同咨询", "法"])[0]
    assert values[2] < 0.5


def test_english_texts_do_not_match_by_their_letters():
    """Every two of them share most letters; what counts are runs of four, within words."""
    offers = ["legal advice", "yoga and dance class", "help with the harvest"]
    values = term_values(["dancing lessons please", "who can help me with a harvester", "need advice on law"], offers)
    assert values.argmax(axis=1).tolist() == [1, 2, 0]
    assert term_values(["two pairs of hands for the harvest"], ["legal advice"])[0, 0] == 0.0


def test_each_phrase_of_an_offer_is_compared_by_itself():
    """What else a team does, since when and for whom does not make it a worse coach."""
    alone, among = "健身操教练", "健身操教练，成立于2019年，队员十二人，周末可上门，风雨无阻，欢迎来电"
    others = ["书法教学", "法律咨询，周末可上门", "电影放映，欢迎来电", "太极拳教学，周末可上门"]
    values = term_values(["想要一名健身操教练"], [alone, among, *others])[0]
    assert values[1] == pytest.approx(values[0], rel=0.05)


def test_what_is_said_everywhere_tells_nothing():
    """A phrase that teams of every skill use is no match for a request that happens to use it."""
    offers = [f"{what}，场地由申请方提供" for what in ("健身操", "书法", "马头琴", "太极拳")]
    skills = ["健身操", "书法", "马头琴", "太极拳"]
    requests = Requests({"id": [1], "need": ["想请人修电视，场地我们提供"]})
    pairs = np.zeros(4, dtype=np.int64), np.arange(4)
    with_skills = Text().prepare(requests, Teams({"id": range(4), "offers": offers, "skills": skills})).values(*pairs)
    without = Text().prepare(requests, Teams({"id": range(4), "offers": offers})).values(*pairs)
    assert with_skills.max() < without.max() / 1.5


def test_a_skill_is_a_phrase_of_its_team():
    """Where the offer does not name it."""
    requests = Requests({"id": [1], "need": ["想学书法"]})
    teams = Teams({"id": [1, 2], "offers": ["传授硬笔技法", "流动电影"], "skills": ["书法", "放映"]})
    values = Text().prepare(requests, teams).values(np.zeros(2, dtype=np.int64), np.arange(2))
    assert values[0] > 0.3 > values[1] == 0.0


# --- what a need says ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "need",
    [
        "不要广场舞，想学太极",
        "广场舞就不用了，想学太极",
        "上回来的是广场舞，弄错了，想学太极",
        "摔跤广场舞已經有人管了，想学太极",
        "tai chi 太极 rather than 广场舞",
    ],
)
def test_what_is_not_wanted_is_not_read(need):
    """A negation is no wish."""
    values = term_values([need], ["广场舞编排", "太极拳教学"])[0]
    assert values[0] == 0.0 < values[1]


def test_a_need_of_refusals_alone_is_read_as_it_is():
    """Better a guess for a person to correct than nothing at all."""
    assert term_values(["不要广场舞"], ["广场舞编排"])[0, 0] > 0


@pytest.mark.parametrize("need", ["腿脚不是很好，想请人义诊", "想请人上门义诊不要钱的，最好周末", "孩子不学习，义诊"])
def test_innocent_words_are_no_refusal(need):
    """Not very well is not "no", and free of charge is no "no" either."""
    assert term_values([need], ["义诊"])[0, 0] > 0.26
    assert "不" in without_refused(need)


def test_synonyms_are_read_without_the_blanks_around_them():
    """Two meanings of one word are found out, blank or no blank."""
    with pytest.raises(PolicyError, match="stands for both"):
        Text(synonyms={"家电维修": "冰箱 | 电视", "制冷设备": "冰箱"})


def test_a_trouble_is_no_refusal():
    """Who cannot use his phone wants to learn it."""
    assert term_values(["老人不会用智能手机"], ["智能手机培训"])[0, 0] > 0.3


# --- synonyms ------------------------------------------------------------------------------------------------------


def test_synonyms_find_the_service_that_is_meant():
    """The desk's own table, in any of its forms."""
    offers = ["健康义诊", "家电维修"]
    for synonyms in (
        {"健康义诊": "腰腿疼|量血压", "家电维修": ["冰箱", "电视"]},
        {"word": ["腰腿疼", "冰箱"], "means": ["健康义诊", "家电维修"]},
        [{"word": "腰腿疼", "means": "健康义诊"}, {"word": "冰箱", "means": "家电维修"}],
        [("健康义诊", ["腰腿疼"]), ("家电维修", "冰箱")],
    ):
        values = term_values(["娘腰腿疼，想找人看看", "冰箱不制冷"], offers, synonyms=synonyms)
        assert (values > 0.3).tolist() == [[True, False], [False, True]]
    assert term_values(["娘腰腿疼，想找人看看"], offers)[0].max() == 0.0


def test_a_spelt_synonym_stands_only_as_a_word():
    """With or without a plural s, never inside another word."""
    synonyms = {"repair": ["fridge", "tv"]}
    values = term_values(["my fridge is dead", "two fridges", "fridgemaster", "TV"], ["repair"], synonyms=synonyms)
    assert (values[:, 0] > 0.2).tolist() == [True, True, False, True]


def test_the_longest_synonym_wins():
    """小米手机 is no millet."""
    synonyms = {"种植技术": ["小米"], "智能手机": ["小米手机"]}
    values = term_values(["小米手机", "小米"], ["种植技术", "智能手机"], synonyms=synonyms)
    assert values.argmax(axis=1).tolist() == [1, 0]
    assert values.min(axis=1).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("synonyms", "says"),
    [
        ({"a": "x", "b": "x"}, "'x' stands for both 'a' and 'b'"),
        ({"a": ""}, "a blank"),
        ({"a": [1]}, "a blank or something that is no text"),
        ({"a": 1}, "expected a mapping"),
        ([{"wort": "x"}], "columns 'word' and 'means'"),
        ([("a", "b", "c")], "expected a mapping"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(synonyms, says):
    """With a sentence that says what is expected."""
    with pytest.raises(PolicyError, match=says):
        Text(synonyms=synonyms)


def test_traditional_characters_are_read_as_simplified_where_asked():
    """An extra, and a clear word where it is missing."""
    pytest.importorskip("opencc")
    values = term_values(["健身操教練"], ["健身操教练"], simplify=True)
    assert values[0, 0] == pytest.approx(1.0)
    assert term_values(["健身操教練"], ["健身操教练"])[0, 0] < 0.9


def test_without_opencc_the_extra_is_named(monkeypatch):
    """The message says what to install."""
    monkeypatch.setitem(sys.modules, "opencc", None)
    with pytest.raises(ImportError, match=r"pip install 'servicematch\[zh\]'"):
        term_values(["健身操教練"], ["健身操教练"], simplify=True)


# --- missing, fitted, cosines --------------------------------------------------------------------------------------


def test_no_words_are_missing_on_the_left_and_nothing_on_the_right():
    """A null or blank need leaves the term out; a team without an offer has nothing to show."""
    values = term_values([None, "  ", "yoga"], [None, "", "yoga"])
    assert np.isnan(values[:2]).all()
    np.testing.assert_allclose(values[2], [0.0, 0.0, 1.0])


def test_a_team_without_an_offer_does_not_change_the_weights():
    """Only offers teach."""
    few, many = (FittedText.of(PhraseTable.of(["书法", "法", *more])) for more in ([], [None, " ", None]))
    assert few.n_offers == many.n_offers == 2
    np.testing.assert_array_equal(few.weight, many.weight)


@settings(deadline=None)
@given(st.lists(st.sampled_from(NEEDS), min_size=1, max_size=6), st.sampled_from(["想学广场舞", "law?"]))
def test_a_value_does_not_depend_on_who_else_asks(others, need):
    """The weights come from the offers alone."""
    alone = term_values([need], OFFERS)[0]
    np.testing.assert_allclose(term_values([*others, need], OFFERS)[-1], alone, atol=1e-15)


def test_fitted_weights_are_kept_for_another_days_teams():
    """With the same weights a pair's value stays, whoever joins."""
    monday = Teams({"id": [1, 2], "offers": ["健身操教练", "法律援助"]})
    fitted = Text().fit(monday)
    requests = Requests({"id": [1], "need": ["想要一名健身操教练"]})
    tuesday = Teams({"id": [1, 2, 3], "offers": ["健身操教练", "健身操", "教练"]})
    pair = np.array([0]), np.array([0])
    before, after = (fitted.prepare(requests, teams).values(*pair) for teams in (monday, tuesday))
    np.testing.assert_array_equal(before, after)
    assert fitted.fit(tuesday).fitted is fitted.fitted
    assert fitted.fit(monday) is fitted
    assert Text().prepare(requests, tuesday).values(*pair) != before


def test_fitted_weights_survive_pickling_and_say_no_text():
    """They travel with a plan."""
    fitted = Text().fit(Teams({"id": [1], "offers": ["秘密"]})).fitted
    again = pickle.loads(pickle.dumps(fitted))  # noqa: S301  our own bytes
    np.testing.assert_array_equal(again.weight, fitted.weight)
    assert "秘" not in repr(fitted)


def test_both_ways_of_multiplying_agree():
    """Which way is taken depends on the slice; what comes out must not."""
    rng = np.random.default_rng(0)
    texts = ["".join(rng.choice(list("健身操教练法律咨询水管维修"), 8)) for _ in range(60)]
    vectors = FittedText.of(PhraseTable.of(texts)).vectors(texts)
    cosine = SparseCosine.between(vectors, vectors)
    rows, cols = (axis.ravel() for axis in np.indices((60, 60)))
    dense = cosine.of(rows, cols)  # all pairs: a block product
    single = np.concatenate([cosine.of(rows[i : i + 1], cols[i : i + 1]) for i in range(0, 3600, 7)])
    np.testing.assert_array_equal(dense[::7], single)
    np.testing.assert_allclose(dense.reshape(60, 60), (vectors @ vectors.T).toarray(), atol=1e-12)


def test_dense_cosines_do_not_depend_on_the_slice():
    """A matrix product would differ in its last bits with its size."""
    rng = np.random.default_rng(0)
    cosine = DenseCosine.between(rng.normal(size=(40, 33)).astype(np.float32), rng.normal(size=(30, 33)))
    rows, cols = rng.integers(0, 40, 500), rng.integers(0, 30, 500)
    single = np.concatenate([cosine.of(rows[i : i + 1], cols[i : i + 1]) for i in range(500)])
    np.testing.assert_array_equal(cosine.of(rows, cols), single)
    assert single.min() == 0.0  # a negative cosine is no likeness
