"""Random problems with groups on both sides, and an independent answer: one mixed-integer program a tier (HiGHS).

The oracle reads plain arrays only and knows nothing of flows: units through a group are sums over pairs.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, hstack, vstack

from oracles import random_problem
from servicematch.solve.days import Days
from servicematch.solve.forest import Crossing, Forest
from servicematch.solve.regulars import NEVER, Regulars
from solve.towns import problem_of


def random_forest(rng, n_leaves, depth, *, units, floors=True, quotas=True, costs=0.0):
    """Draw a tree of up to ``depth`` levels over rows or columns; some belong to none, some hang at inner groups."""
    sizes = [max(1, int(rng.integers(1, 2 + n_leaves // 2 ** (level + 1)))) for level in range(depth)]
    first = np.cumsum([0, *sizes])
    parent = np.full(first[-1], -1, dtype=np.int32)
    for level in range(depth - 1):
        groups = np.arange(first[level], first[level + 1])
        up = rng.integers(first[level + 1], first[level + 2], len(groups))
        parent[groups] = np.where(rng.random(len(groups)) < 0.9, up, -1)
    n_groups = int(first[-1])
    leaf = np.where(
        rng.random(n_leaves) < 0.8, rng.integers(0, sizes[0], n_leaves), rng.integers(-1, n_groups, n_leaves)
    )
    beneath = max(2, units * 2 // max(1, sizes[0]))
    at_least = np.where(rng.random(n_groups) < (0.5 if floors else 0), rng.integers(0, beneath + 1, n_groups), 0)
    at_most = np.where(rng.random(n_groups) < (0.6 if quotas else 0), rng.integers(0, 2 * beneath, n_groups), 10_000)
    if not costs:
        return Forest(leaf.astype(np.int32), parent, at_least, at_most)
    has_cost = rng.random(n_groups) < costs
    at_most = np.where(has_cost, np.minimum(at_most, units), at_most)
    parts = [
        np.sort(rng.integers(0, 400_000, int(at_most[g]))) if has_cost[g] else np.empty(0, dtype=np.int64)
        for g in range(n_groups)
    ]
    start = np.cumsum([0, *map(len, parts)])
    return Forest(
        leaf.astype(np.int32), parent, at_least, at_most, start, np.concatenate([np.empty(0, np.int64), *parts])
    )


def random_grouped(rng, *, n_rows=12, n_cols=8):
    """Draw a problem with forests on one or both sides, owners, costs, classes, units and ties on purpose."""
    problem = problem_of(random_problem(rng, max_rows=n_rows, max_cols=n_cols))
    if rng.random() < 0.5:
        problem = replace(problem, gain=problem.gain // 200_000 * 200_000)
    units = int(problem.need.sum()) + 1
    side = rng.integers(0, 3)
    more = {}
    if side != 1:
        depth = int(rng.integers(1, 5))
        more["row_groups"] = random_forest(rng, problem.n_rows, depth, units=units, costs=0.0)
    if side != 0:
        depth, costs = int(rng.integers(1, 5)), float(rng.choice([0.0, 0.6]))
        more["col_groups"] = random_forest(rng, problem.n_cols, depth, units=units, costs=costs)
    if rng.random() < 0.5:
        more["owner"] = rng.integers(0, max(1, problem.n_cols // 2), problem.n_cols).astype(np.int32)
    owner = more.get("owner", np.arange(problem.n_cols))
    fixed = problem.fixed
    if fixed is not None:  # a row has different owners
        fixed = fixed.copy()
        at = np.flatnonzero(fixed)
        _, first = np.unique(problem.row[at] * 1000 + owner[problem.col[at]], return_index=True)
        fixed[np.delete(at, first)] = False
    return replace(problem, fixed=fixed, **more)


def random_crossed(rng, *, n_rows=12, n_cols=8, n_crossing=2):
    """Draw a problem with groups that cross the nested ones of a side, and each other."""
    problem = random_grouped(rng, n_rows=n_rows, n_cols=n_cols)
    units, crossing = int(problem.need.sum()) + 1, []
    for _ in range(int(rng.integers(1, n_crossing + 1))):
        of_rows = bool(rng.random() < 0.7)
        costs = 0.0 if of_rows else float(rng.choice([0.0, 0.6]))
        leaves = problem.n_rows if of_rows else problem.n_cols
        side = "rows" if of_rows else "cols"
        crossing.append(Crossing(side, random_forest(rng, leaves, 1, units=units, costs=costs)))
    return replace(problem, crossing=tuple(crossing))


def with_pair_groups(problem, rng):
    """Draw rows that must not share a column's owner, one or a few of a group at each."""
    group = rng.integers(-1, max(1, problem.n_rows // 3), problem.n_rows)
    owner = problem.col if problem.owner is None else problem.owner[problem.col]
    cells = {}
    named = zip(group[problem.row].tolist(), owner.tolist(), strict=True)
    leaf = [-1 if g < 0 else cells.setdefault((g, t), len(cells)) for g, t in named]
    n = len(cells)
    at_most = rng.integers(1, 3, n)
    forest = Forest(
        np.array(leaf, dtype=np.int32), np.full(n, -1, dtype=np.int32), np.zeros(n, dtype=np.int64), at_most
    )
    if problem.fixed is not None:
        problem = replace(problem, fixed=problem.fixed & (rng.random(problem.n_pairs) < 0.5))
    return replace(problem, crossing=(*problem.crossing, Crossing("pairs", forest)))


def with_regulars(problem, rng):
    """Draw groups of rows of one unit that want one owner, at a cost or strictly."""
    need = np.minimum(problem.need, 1)
    n = max(1, problem.n_rows // 4)
    cost = np.where(rng.random(n) < 0.4, NEVER, rng.integers(1, 8, n) * 100_000)
    fixed = problem.fixed
    if fixed is not None:
        first = np.unique(np.where(fixed, problem.row, -1), return_index=True)[1]
        fixed = fixed & np.isin(np.arange(problem.n_pairs), first)
        fixed &= (need > 0)[problem.row]
    return replace(problem, need=need, fixed=fixed, regulars=Regulars.of(rng.integers(-1, n, problem.n_rows), cost))


def keeps_regulars(problem, chosen):
    """Tell whether free units of strict groups are all of one owner, one of the pinned ones where there are some."""
    owner = problem.col if problem.owner is None else problem.owner[problem.col]
    of = {}
    for p in chosen:
        g = int(problem.regulars.group[problem.row[p]])
        if g >= 0 and problem.regulars.cost[g] == NEVER:
            is_pinned = problem.fixed is not None and bool(problem.fixed[p])
            of.setdefault(g, ([], []))[is_pinned].append(int(owner[p]))
    return all(len(set(free)) <= 1 and (not pinned or set(free) <= set(pinned)) for free, pinned in of.values())


class Line:
    """Rows on a line, some of them nobody knows where: the way is so many times as long as their places are apart."""

    def __init__(self, place, pace):
        self.place, self.pace = place, pace

    def between(self, first, second):
        """Return the times, 0 where a place is not known."""
        apart = self.pace * np.abs(self.place[first] - self.place[second])
        return np.where(self.are_known(first) & self.are_known(second), apart, 0)

    def are_known(self, rows):
        """Tell which rows have a place."""
        return self.place[rows] >= 0


def with_days(problem, rng):
    """Draw columns that are times of few owners, of one unit, and rows on a line: not all jobs of an owner are in time."""
    owner = rng.integers(0, 2, problem.n_cols).astype(np.int32)
    begins = 4 * rng.permutation(problem.n_cols)
    early = begins[problem.col] + rng.integers(0, 3, problem.n_pairs)
    late, takes = early + rng.integers(0, 4, problem.n_pairs), rng.integers(1, 8, problem.n_pairs)
    ways = Line(rng.integers(-1, 8, problem.n_rows), int(rng.integers(1, 4)))
    days = Days(early, late, takes, begins, ways, np.empty((0, 6), dtype=np.int64))
    fixed = problem.fixed
    if fixed is not None:
        keys = problem.row * 10 + owner[problem.col]
        first = np.unique(np.where(fixed, keys, -1), return_index=True)[1]
        fixed = fixed & np.isin(np.arange(problem.n_pairs), first)
    return replace(problem, owner=owner, capacity=np.minimum(problem.capacity, 1), fixed=fixed, days=days)


def keeps_days(problem, chosen):
    """Tell whether no owner with free jobs is late, pinned jobs among them."""
    free = {p for p in chosen if problem.fixed is None or not problem.fixed[p]}
    by_owner = {}
    for p in chosen:
        by_owner.setdefault(int(problem.owner[problem.col[p]]), []).append(p)
    return all(not free & set(pairs) or _in_order(problem, pairs) for pairs in by_owner.values())


def _in_order(problem, pairs):
    days, time, place = problem.days, None, None
    for p in sorted(pairs, key=lambda p: days.begins[problem.col[p]]):
        row = int(problem.row[p])
        is_known = bool(days.ways.are_known(row))
        if time is not None and place is not None and is_known:
            time += int(days.ways.between(place, row))
        begin = int(days.early[p]) if time is None else max(time, int(days.early[p]))
        if begin > days.late[p]:
            return False
        time, place = begin + int(days.takes[p]), row if is_known else place
    return True


def _too_many(problem, free, pinned):
    """List the sets of free pairs of one owner, by their places, that with its pinned ones are not in time, smallest first."""
    found = []
    owners = problem.owner[problem.col[free]]
    for owner in set(owners.tolist()):
        own = [i for i in range(len(free)) if owners[i] == owner]
        given = [p for p in pinned if problem.owner[problem.col[p]] == owner]
        for size in range(1, 5):
            for some in combinations(own, size):
                cols = [int(problem.col[free[i]]) for i in some]
                if len(set(cols)) < size or any(set(one) <= set(some) for one in found):
                    continue
                if not _in_order(problem, [free[i] for i in some] + given):
                    found.append(some)
    return found


def _all_forests(problem, row, col, pair):
    """List every forest, nested or crossing, with what it is of at each of the pairs, and how many of these there are."""
    of = {"rows": (row, problem.n_rows), "cols": (col, problem.n_cols), "pairs": (pair, problem.n_pairs)}
    nested = [(problem.row_groups, *of["rows"]), (problem.col_groups, *of["cols"])]
    crossing = [(one.forest, *of[one.side]) for one in problem.crossing]
    return [one for one in [*nested, *crossing] if one[0] is not None]


def with_conditions(problem, rng):
    """Draw rows that take so many units or none, and some that take all of one bundle."""
    least = np.where(rng.random(problem.n_rows) < 0.6, rng.integers(1, np.maximum(1, problem.need) + 1), 0)
    chooses = rng.random(problem.n_rows) < 0.3
    bundle = np.where(chooses[problem.row], rng.integers(0, 3, problem.n_cols)[problem.col], -1)
    kinds = [{"least": least}, {"bundle": bundle}, {"least": least, "bundle": bundle}]
    return replace(problem, **kinds[rng.integers(0, 3)])


def keeps_conditions(problem, chosen):
    """Tell whether a choice keeps what rows ask of their units; what is pinned is enough and chooses the bundle."""
    pinned = {int(problem.row[p]) for p in chosen if problem.fixed is not None and problem.fixed[p]}
    for row in set(problem.row[list(chosen)].tolist()):
        pairs = [p for p in chosen if problem.row[p] == row]
        fixed = [p for p in pairs if problem.fixed is not None and problem.fixed[p]]
        if problem.least is not None and row not in pinned and len(pairs) < problem.least[row]:
            return False
        if problem.bundle is not None:
            bundles, own = {int(problem.bundle[p]) for p in pairs}, {int(problem.bundle[p]) for p in fixed}
            if not bundles <= own if own else len(bundles) > 1:
                return False
    return True


def _choices(problem, free, taken):
    """List the bundles of free pairs that a row may choose: pairs (by their place), least, most and the row."""
    by = {}
    for i, p in enumerate(free):
        row, bundle = int(problem.row[p]), -1 if problem.bundle is None else int(problem.bundle[p])
        by.setdefault((row, bundle), []).append(i)
    found = []
    for (row, bundle), pairs in by.items():
        least = 1 if problem.least is None or taken[row] else max(1, int(problem.least[row]))
        most = int(problem.need[row]) - int(taken[row])
        if taken[row] and bundle >= 0:
            own = {int(problem.bundle[p]) for p in np.flatnonzero(problem.fixed) if problem.row[p] == row}
            if bundle not in own:
                most, least = 0, 0
        if least > 1 or bundle >= 0:
            found.append((pairs, least, most, row if not taken[row] else (row, bundle)))
    return found


def _wanted(problem, free, pinned, owner):
    """List the owners that may be the regular of each group, and the units that are pinned to each."""
    found = {}
    if problem.regulars is not None:
        for p in [*free, *pinned]:
            key = int(problem.regulars.group[problem.row[p]]), int(owner[problem.col[p]])
            if key[0] >= 0:
                found[key] = found.get(key, 0) + int(p in set(pinned))
    return found


def above(forest, n_nodes):
    """List the groups above each row or column, nearest first."""
    ways = []
    for node in range(n_nodes):
        group, way = (-1 if forest is None else int(forest.leaf[node])), []
        while group >= 0:
            way.append(group)
            group = int(forest.parent[group])
        ways.append(way)
    return ways


def grouped_value(problem, chosen):
    """Add up what the free pairs among the chosen are worth: floors met, units by class, gains less costs."""
    free = [p for p in chosen if problem.fixed is None or not problem.fixed[p]]
    pinned = [p for p in chosen if problem.fixed is not None and problem.fixed[p]]
    floors, cost, has_floor = 0, 0, False
    for forest, of_pair, n in _all_forests(problem, problem.row, problem.col, np.arange(problem.n_pairs)):
        ways = above(forest, n)
        before, through = np.zeros(forest.n_groups, dtype=int), np.zeros(forest.n_groups, dtype=int)
        for p in pinned:
            before[ways[of_pair[p]]] += 1
        for p in free:
            through[ways[of_pair[p]]] += 1
        for g in range(forest.n_groups):
            low, high = max(0, int(forest.at_least[g]) - before[g]), max(0, int(forest.at_most[g]) - before[g])
            assert through[g] <= high, "a quota is broken"
            has_floor |= min(low, high) > 0
            floors += min(through[g], low, high)
            cost += int(forest.costs(g)[before[g] : before[g] + through[g]].sum())
    classes = [sum(int(problem.tier[problem.row[p]]) == k for p in free) for k in range(problem.n_tiers, 0, -1)]
    gains = sum(int(problem.gain[p]) for p in free) - cost - _elsewhere(problem, chosen)
    return floors, (*classes, gains), has_floor


def _elsewhere(problem, chosen):
    """Add up what units of others than the regular of each group cost, pinned ones too."""
    if problem.regulars is None:
        return 0
    owner = problem.col if problem.owner is None else problem.owner[problem.col]
    of = {}
    for p in chosen:
        of.setdefault(int(problem.regulars.group[problem.row[p]]), []).append(int(owner[p]))
    cost = 0
    for g, owners in of.items():
        if g >= 0 and problem.regulars.cost[g] != NEVER:
            cost += int(problem.regulars.cost[g]) * (len(owners) - max(owners.count(t) for t in owners))
    return cost


def milp_grouped(problem):  # noqa: C901, PLR0912, PLR0915 - one program, written out
    """Return (floors met, classes and gains) of the best choice, one program a tier."""
    taken = np.zeros(problem.n_rows, dtype=int)
    used = np.zeros(problem.n_cols, dtype=int)
    pinned = np.zeros(0, dtype=int) if problem.fixed is None else np.flatnonzero(problem.fixed)
    np.add.at(taken, problem.row[pinned], 1)
    np.add.at(used, problem.col[pinned], 1)
    owner = np.arange(problem.n_cols) if problem.owner is None else problem.owner
    gone = {(int(problem.row[p]), int(owner[problem.col[p]])) for p in pinned}
    free = [
        p
        for p in range(problem.n_pairs)
        if p not in set(pinned) and (int(problem.row[p]), int(owner[problem.col[p]])) not in gone
    ]
    row, col, gain = problem.row[free], problem.col[free], problem.gain[free].astype(float)
    n = len(free)
    if n == 0:
        return 0, (*(0,) * problem.n_tiers, -_elsewhere(problem, pinned))
    met, bought = [], []

    def sums(of_pair, n_nodes):
        return csr_matrix((np.ones(n), (of_pair, np.arange(n))), shape=(n_nodes, n))

    rules = [
        (sums(row, problem.n_rows), problem.need - taken),
        (sums(col, problem.n_cols), np.maximum(0, problem.capacity - used)),
    ]
    key = {pair: i for i, pair in enumerate(sorted({(int(r), int(owner[c])) for r, c in zip(row, col, strict=True)}))}
    rules.append(
        (sums([key[int(r), int(owner[c])] for r, c in zip(row, col, strict=True)], len(key)), np.ones(len(key)))
    )
    place, fixed = np.array(free), np.zeros(problem.n_pairs, dtype=int)
    fixed[pinned] = 1
    for forest, of_pair, n_nodes in _all_forests(problem, row, col, place):
        before_units = taken if of_pair is row else used if of_pair is col else fixed
        ways = above(forest, n_nodes)
        through = [[i for i in range(n) if g in ways[of_pair[i]]] for g in range(forest.n_groups)]
        for g, pairs in enumerate(through):
            before = sum(int(before_units[v]) for v in range(n_nodes) if g in ways[v])
            high = max(0, int(forest.at_most[g]) - before)
            line = np.zeros(n)
            line[pairs] = 1
            rules.append((csr_matrix(line), np.array([high])))
            low = min(high, max(0, int(forest.at_least[g]) - before))
            if low:
                met.append((line, low))
            costs = forest.costs(g)[before:]
            if len(costs):
                bought.append((line, costs))
    for some in _too_many(problem, free, pinned) if problem.days is not None else ():
        line = np.zeros(n)
        line[list(some)] = 1
        rules.append((csr_matrix(line), np.array([len(some) - 1])))
    choices = _choices(problem, free, taken)
    wanted = _wanted(problem, free, pinned, owner)
    n_more = len(met) + sum(len(costs) for _, costs in bought) + len(choices) + len(wanted) + n
    lines = [hstack([line, csr_matrix((line.shape[0], n_more))]) for line, _ in rules]
    upper = [np.asarray(limit, dtype=float) for _, limit in rules]
    high = np.ones(n + n_more)
    floor_worth, cost_worth = np.zeros(n + n_more), np.concatenate([gain, np.zeros(n_more)])
    at = n
    for line, low in met:  # floor units met: no more than come through, no more than the floor
        extra = np.zeros(n + n_more)
        extra[:n], extra[at], high[at] = -line, 1, low
        lines.append(csr_matrix(extra))
        upper.append(np.zeros(1))
        floor_worth[at] = 1
        at += 1
    for line, costs in bought:  # each further unit is bought at its cost, the cheapest first by itself, and no more
        extra = np.zeros(n + n_more)
        extra[:n], extra[at : at + len(costs)] = line, -1
        lines += [csr_matrix(extra), csr_matrix(-extra)]
        upper += [np.zeros(1), np.zeros(1)]
        cost_worth[at : at + len(costs)] = -costs
        at += len(costs)
    for pairs, least, most, _ in choices:  # so many of a bundle, or none
        for sign, amount in ((1, -most), (-1, least)):
            extra = np.zeros(n + n_more)
            extra[pairs], extra[at] = sign, amount
            lines.append(csr_matrix(extra))
            upper.append(np.zeros(1))
        at += 1
    for r in {row for *_, row in choices}:  # and one bundle at most
        extra = np.zeros(n + n_more)
        extra[[at - len(choices) + i for i, one in enumerate(choices) if one[-1] == r]] = 1
        lines.append(csr_matrix(extra))
        upper.append(np.ones(1))
    first, constant = at, 0
    for i, p in enumerate(free):  # a unit of a group is of its regular, or elsewhere
        g = -1 if problem.regulars is None else int(problem.regulars.group[problem.row[p]])
        if g >= 0:
            extra = np.zeros(n + n_more)
            extra[i], extra[first + len(wanted) + i], extra[first + list(wanted).index((g, int(owner[col[i]])))] = (
                1,
                -1,
                -1,
            )
            lines.append(csr_matrix(extra))
            upper.append(np.zeros(1))
            is_strict = problem.regulars.cost[g] == NEVER
            high[first + len(wanted) + i] = 0 if is_strict else 1
            cost_worth[first + len(wanted) + i] = 0 if is_strict else -int(problem.regulars.cost[g])
    for at, ((g, _), before) in enumerate(wanted.items(), start=first):
        cost, bound = int(problem.regulars.cost[g]), any(one for (k, _), one in wanted.items() if k == g)
        high[at] = 0 if cost == NEVER and bound and not before else 1
        cost_worth[at] = max(0, cost) * before
        constant += max(0, cost) * before
    for g in {g for g, _ in wanted}:
        extra = np.zeros(n + n_more)
        extra[[first + i for i, (k, _) in enumerate(wanted) if k == g]] = 1
        lines.append(csr_matrix(extra))
        upper.append(np.ones(1))
    constraints = [LinearConstraint(vstack(lines).tocsr(), ub=np.concatenate(upper))]
    classes = [
        np.concatenate([(problem.tier[row] == k).astype(float), np.zeros(n_more)])
        for k in range(problem.n_tiers, 0, -1)
    ]
    values = []
    for worth in [floor_worth, *classes, cost_worth]:
        answer = milp(
            -worth,
            integrality=np.ones(n + n_more),
            bounds=Bounds(0, high),
            constraints=constraints,
            options={"mip_rel_gap": 0},
        )
        assert answer.status == 0, answer.message
        values.append(round(-answer.fun))
        constraints.append(LinearConstraint(csr_matrix(worth), lb=values[-1]))
    return values[0], (*values[1:-1], values[-1] - constant)
