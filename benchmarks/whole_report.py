"""The tables of the parts from tables to a certified plan: the whole, all but the solve, and the stranger's proof."""

from __future__ import annotations

from statistics import median

from lines import Line, TownKey, by_town, check_answer, grouped, layers, seconds, span, table, with_worst

REST = ("tables", "pairs", "encode", "decode")


def whole_tables(wholes: list[Line], texts: list[Line]) -> list[str]:
    """Return the tables that these lines give."""
    for line in (*wholes, *texts):
        check_answer(line["part"], line["cold"]["objective"], line["objective"])
    tables = [rest_table(wholes), whole_table(wholes)] if wholes else []
    checked = [line for line in wholes if line["verify"]]
    tables += [verify_table(checked)] if checked else []
    return [*tables, text_table(texts)] if texts else tables


def rest_table(wholes: list[Line]) -> str:
    """Compare everything that is not the solve with the rival on the plan's own pairs."""
    rows = []
    for kind, mine in grouped(wholes, "size", "classes", "engine").items():
        ratios = {town: median(rest(one) / one["cold"]["s"] for one in found) for town, found in by_town(mine).items()}
        rows.append(
            [
                *(*kind, len(ratios), span(mine), layers(mine, REST), layers(mine, ["reasons"])),
                f"{seconds(line['cold'] for line in mine):.3f}",
                *with_worst(ratios, max),
            ]
        )
    columns = "size, classes, engine, towns, pairs, by layer s, not counted, cold s, ratio, worst ratio"
    return table(
        "Everything else (tables, pairs, terms without text, encode, decode) against the cold solve", columns, rows
    )


def whole_table(wholes: list[Line]) -> str:
    """Compare the whole of assign with the rival on the plan's own pairs."""
    rows = []
    for kind, mine in grouped(wholes, "shape", "size", "degree", "classes", "engine").items():
        rows.append([*kind, len(by_town(mine)), *whole_row(mine), *with_worst(against_cold(mine), max)])
    columns = f"shape, size, degree, classes, engine, towns, {WHOLE}, worst ratio"
    return table("From tables to a certified plan, without text, against the cold solve", columns, rows)


def text_table(texts: list[Line]) -> str:
    """Compare the whole of assign, text included, with the rival on the plan's own pairs."""
    rows = []
    for (n_requests, n_teams, engine), mine in grouped(texts, "n_requests", "n_teams", "engine").items():
        ratios = [line["assign"]["s"] / line["cold"]["s"] for line in mine]
        row = [f"{n_requests:,}", f"{n_teams:,}", engine, len(mine), *whole_row(mine)]
        rows.append([*row, f"{median(ratios):.2f}", f"**{max(ratios):.2f}**"])
    columns = f"requests, teams, engine, runs, {WHOLE}, worst ratio"
    return table("From tables to a certified plan, a week in Ordos with text, against the cold solve", columns, rows)


WHOLE = "way, pairs, solver saw, by layer s, assign s (wall), cold s, MiB assign, verify s (MiB), proved, assign / cold"


def whole_row(mine: list[Line]) -> list[str]:
    assigns, checked = [line["assign"] for line in mine], [line["verify"] for line in mine if line["verify"]]
    verify = f"{seconds(checked):.1f} ({max(one['peak_mb'] for one in checked):.0f})" if checked else "not asked"
    return [
        ", ".join(sorted({line["solver"] for line in mine})),
        span(mine),
        f"{100 * median(line['n_pairs_solved'] / line['n_pairs'] for line in mine):.1f} %",
        layers(mine),
        f"{seconds(assigns):.2f} ({seconds(assigns, 'wall_s'):.2f})",
        f"{seconds(line['cold'] for line in mine):.2f}",
        f"{max(one['peak_mb'] for one in assigns):.0f}",
        verify,
        proved(mine),
    ]


def proved(lines: list[Line]) -> str:
    """Count the plans whose own certificate holds, and those that a stranger proved again."""
    own, again = sum(one["status"] == "PROVED" for one in lines), sum(bool(one["proved"]) for one in lines)
    return f"{own} of {len(lines)}, {again} again"


def against_cold(lines: list[Line]) -> dict[TownKey, float]:
    return {
        town: median(one["assign"]["s"] / one["cold"]["s"] for one in found) for town, found in by_town(lines).items()
    }


def verify_table(wholes: list[Line]) -> str:
    """Compare the proof of a stranger with the time and memory of assign."""
    rows = []
    for kind, mine in grouped(wholes, "size", "classes", "engine").items():
        ratios = {
            town: median(one["verify"]["s"] / one["assign"]["s"] for one in found)
            for town, found in by_town(mine).items()
        }
        assign, verify = ([line[name] for line in mine] for name in ("assign", "verify"))
        rows.append(
            [
                *(*kind, len(ratios), f"{seconds(assign):.3f}", f"{seconds(verify):.3f}", *with_worst(ratios, max)),
                " / ".join(f"{max(one['peak_mb'] for one in some):.0f}" for some in (assign, verify)),
                f"{sum(one['proved'] for one in mine)} of {len(mine)}",
            ]
        )
    columns = "size, classes, engine, towns, assign s, verify s, ratio, worst ratio, MiB assign / verify, proved"
    return table("verify(proof=True) against assign", columns, rows)


def rest(line: Line) -> float:
    """Return the seconds of everything but the solve; what assign does between its layers is counted."""
    return float(line["assign"]["s"] - line["layers"]["solve"] + line["layers"]["decode"])
