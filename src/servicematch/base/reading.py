"""How residents' and teams' texts are read: what ends a phrase, what says that something is not wanted.

These are definitions; who compares texts and who checks it read them each in a way of their own.
"""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


FIRST_CHARACTER = 0x2E80
"""From this code point on, scripts are written character by character (Han, kana, Hangul syllables); before it, words
are spelt with letters."""

PHRASE_ENDS = ',;:!?.。、，；：！？…·/|()[]{}<>《》〈〉「」『』【】“”"\n\r\t'
"""A phrase ends at any of these; a hyphen or an apostrophe stays in its word. Read after NFKC, which makes most
full-width signs half-width."""

REFUSALS = (
    "不要",
    "不用",
    "不想要",
    "不需要",
    "无需",
    "不必",
    "用不着",
    "不是",
    "不学",
    "别给",
    "别安排",
    "别派",
    "别再",
    "别又",
    "已经有人",
    "已經有人",
    "已经有了",
    "無需",
    "別給",
    "別安排",
    "別派",
    "別再",
    "別又",
    "no need",
    "not need",
    "don't need",
    "don’t need",
    "don't want",
    "don’t want",
    "not want",
    "no more",
    "not another",
    "not looking for",
    "instead of",
    "rather than",
    "other than",
    "except",
)
"""A phrase of a need with such words says what is *not* wanted: Chinese may say it after its object ("广场舞就不用了"),
so all of the phrase is left out; a phrase that is spelt, from these words on. Words that begin what troubles somebody
("不会用手机", "已经有三年腰疼", "cannot") are none of them. Spelt words count as whole words."""

FUNCTION_CHARACTERS = frozenset(
    "的了是在有我你您他她它们这那个一不来去请想要会能可以就都也还和与及为给让把被从到对上下里中大小多少很太最更只又再"
    "人家谁什么怎哪啥甚嘛吗呢吧啊呀哇咋些点儿得着过地之其于而但如或者每次回年月日天时分号两几十百千万名位"
)
"""Characters that stand in every other sentence: alone, or as a pair of two of them, they say nothing of a service."""

LETTER = rf"[^\W\d_\u{FIRST_CHARACTER:04x}-\U0010ffff]"
"""A letter of a spelt word, as a pattern of regular expressions."""

FUNCTION_WORDS = _words(
    """
    a able about above across after again against all almost alone along already also although always am among
    an and another answer any anybody anyone anything anywhere are around as ask asked at away back bad be
    because become been before began being best better big bit both bring brought but by call came can cannot
    change clear close come comes coming could day days dear did die different do does done door down during
    each early easy eight either else end enough even evening ever every everybody everyone everything
    everywhere fact far feel felt few figure find fine first five for found four free from front full gave get
    gets getting give given gives go goes going gone good got great guess had half happen happy hard has have he
    head hear heard hello her here high his hold hope hour hours how however i idea if in inside instead into is
    it its itself just keep kept kind knew know known knows large last late lately later least leave left less
    let life like listen little live lives long look looking looks lot love made make makes making many matter
    may maybe me mean might mind minute moment months more morning most move mr mrs ms much must my myself name
    near need needed needs never new next nice night no nobody none not nothing now number of off often oh old
    on once one ones only open or other our ours out outside over own part people perhaps person place please
    point possible problem put question quick quite rather ready real really remember rest right room round run
    said same saw say says second see seem seen set seven several shall she should show shown side simply since
    sit six small so some somebody someone something somewhere soon sorry sort stand start stay still stop such
    suppose sure surely take taken takes tell ten than thank thanks that the their them then there these they
    thing things think thinking third this those thought three through throughout time times to today together
    told tomorrow tonight too took towards tried trouble try turn twice two under understand until up upon us
    use used usually very wait walk want wanted wants was way ways we week weekend weeks well went were what
    when where while who whole why will with within without wonder word words work worked working world worry
    would wrong year years yes yesterday yet you young your
    """
)
"""Spelt words of the same kind: they hold a sentence together, or stand in talk of anything."""

INNOCENT = ("不是很", "不是太", "不是特别", "不是那么", "不要钱", "不要紧", "不用钱", "不用手机", "不学习")
"""Words that begin like a refusal and are none: where one of them stands, that refusal does not."""

TAKEN_BACK = ("弄错", "搞错", "弄錯", "搞錯", "by mistake", "the wrong one")
"""A phrase with such words takes back the phrase before it, and itself ("上回来的是乒乓球，弄错了")."""

UNKNOWN_SHARE = 0.5
"""What a character (or a pair) that no offer has counts in the length of a need, as a share of the rarest piece's
weight; runs of letters count in full. Set by measurement: see docs/quality.md."""
