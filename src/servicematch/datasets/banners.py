"""The nine banners and districts of Ordos: seats, towns, institutes, far villages.

Facts are the names, the seats and the middles of the nine banners (as in public administrative maps) and the
places of nine towns (GeoNames, CC BY 4.0, to 0.01 degrees). Made up are how much each asks and offers, which towns
hold an institute, the places of `CHOSEN_TOWNS`, and the `FAR_VILLAGES` with their names.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Banner:
    """A banner or district.

    ``seat`` and ``middle`` are (lat, lon) in decimal degrees, ``reach_km`` is how far from the middle its
    farthest town is put. The first towns of ``with_institute`` are its liveliest; ``share`` (of the requests) and
    ``team_share`` (of the teams) are weights among the nine.
    """

    name: str
    seat: tuple[float, float]
    middle: tuple[float, float]
    reach_km: float
    share: float
    team_share: float
    with_institute: tuple[str, ...]
    others: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


BANNERS: tuple[Banner, ...] = (
    Banner(
        "东胜区",
        (39.8179, 109.9895),
        (39.8285, 109.7502),
        15.0,
        0.28,
        0.32,
        _words("天骄街道 交通街道 公园街道 罕台镇"),
        _words(
            "林荫街道 建设街道 富兴街道 诃额伦街道 巴音门克街道 幸福街道 纺织街道 兴胜街道 民族街道 铜川镇 泊尔江海子镇"
        ),
    ),
    Banner(
        "康巴什区",
        (39.6075, 109.7901),
        (39.6435, 109.8251),
        10.0,
        0.09,
        0.12,
        _words("哈巴格希街道 青春山街道"),
        _words("滨河街道 康新街道"),
    ),
    Banner(
        "达拉特旗",
        (40.4041, 110.0403),
        (40.2150, 109.8565),
        30.0,
        0.15,
        0.14,
        _words("树林召镇 工业街道 白泥井镇 王爱召镇"),
        _words("昭君街道 锡尼街道 白塔街道 西园街道 平原街道 吉格斯太镇 昭君镇 恩格贝镇 中和西镇 风水梁镇 展旦召苏木"),
    ),
    Banner(
        "准格尔旗",
        (39.8652, 111.2383),
        (39.7884, 110.8797),
        40.0,
        0.12,
        0.0,  # its number of teams is known: see `teams.JUNGAR_SHARE`
        _words("薛家湾镇 兴隆街道 沙圪堵镇 大路镇"),
        _words("迎泽街道 蓝天街道 友谊街道 纳日松镇 龙口镇 准格尔召镇 魏家峁镇 暖水乡 十二连城乡 布尔陶亥苏木"),
    ),
    Banner(
        "鄂托克前旗",
        (38.1833, 107.4817),
        (38.2716, 107.5807),
        40.0,
        0.05,
        0.06,
        _words("敖勒召其镇 上海庙镇 城川镇"),
        _words("昂素镇"),
    ),
    Banner(
        "鄂托克旗",
        (39.0958, 107.9826),
        (39.2782, 107.7445),
        60.0,
        0.07,
        0.08,
        _words("乌兰镇 棋盘井镇 蒙西镇"),
        _words("木凯淖尔镇 苏米图苏木 阿尔巴斯苏木"),
    ),
    Banner(
        "杭锦旗",
        (39.8318, 108.7363),
        (40.2051, 108.2057),
        80.0,
        0.06,
        0.06,
        _words("锡尼镇 独贵塔拉镇 巴拉贡镇"),
        _words("吉日嘎朗图镇 呼和木独镇 伊和乌素苏木"),
    ),
    Banner(
        "乌审旗",
        (38.5966, 108.8425),
        (38.6356, 108.8850),
        40.0,
        0.07,
        0.09,
        _words("嘎鲁图镇 无定河镇 图克镇"),
        _words("乌审召镇 乌兰陶勒盖镇 苏力德苏木"),
    ),
    Banner(
        "伊金霍洛旗",
        (39.6043, 109.7874),
        (39.4179, 109.6995),
        25.0,
        0.11,
        0.13,
        _words("阿勒腾席热镇 伊金霍洛镇 乌兰木伦镇"),
        _words("札萨克镇 纳林陶亥镇 苏布尔嘎镇 红庆河镇"),
    ),
)

KNOWN_TOWNS: dict[str, tuple[float, float]] = {
    "天骄街道": (39.83, 110.00),
    "树林召镇": (40.39, 110.03),
    "薛家湾镇": (39.87, 111.22),
    "沙圪堵镇": (39.65, 110.86),
    "敖勒召其镇": (38.18, 107.48),
    "乌兰镇": (39.09, 107.98),
    "锡尼镇": (39.84, 108.73),
    "嘎鲁图镇": (38.60, 108.85),
    "阿勒腾席热镇": (39.58, 109.76),
}
"""Where these towns are, from GeoNames."""

CHOSEN_TOWNS: dict[str, tuple[float, float]] = {
    "泊尔江海子镇": (39.82, 109.41),
    "康新街道": (39.66, 109.85),
    "苏力德苏木": (38.45, 108.60),
}
"""Towns set by hand: made up, but inside their banner, which the sunflower of `places` would leave."""

FAR_VILLAGES: dict[str, tuple[float, float]] = {
    "杭锦旗/呼和木独镇/巴音温都尔嘎查": (40.30, 107.20),
    "杭锦旗/吉日嘎朗图镇/黄河湾村": (40.66, 108.20),
    "杭锦旗/巴拉贡镇/沙日塔拉嘎查": (40.45, 107.60),
    "鄂托克旗/蒙西镇/渡口村": (39.93, 106.95),
    "鄂托克旗/阿尔巴斯苏木/乌兰哈达嘎查": (39.75, 107.15),
    "鄂托克旗/棋盘井镇/石嘴村": (39.60, 107.00),
}
"""Villages 100 km and more from the seat of their banner."""
