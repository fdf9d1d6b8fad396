"""What a repair must cost: by trying everything in tiny towns, by one integer program in larger ones."""

from __future__ import annotations

from functools import cache
from itertools import chain, combinations, product
from types import SimpleNamespace

import numpy as np

from face.towns import given, km_between, micro, problem, rows_of, score_table, words
from oracles import cheapest_repair
from servicematch.ask.relaxations import Place, Teach, Waive, WiderRadius

INFINITE = float("inf")


def failed(town, request, team, score, *, radius=None, skills=None):
    """Name the limits that a pair fails, with another radius and other skills of the team where these are given."""
    fails = set()
    has = words(team.get("skills")) if skills is None else skills
    if "skills" in request and "skills" in team and not words(request["skills"]) <= has:
        fails.add("skills")
    if "category" in request and "categories" in team and given(request["category"]):
        fails |= {"categories"} - ({"categories"} if request["category"] in words(team["categories"]) else set())
    if "languages" in request and "languages" in team:
        asked = words(request["languages"])
        fails |= {"languages"} if asked and not asked & words(team["languages"]) else set()
    located = all(c in table for table in (town.requests, town.teams) for c in ("lat", "lon"))
    radii = [x for x in (team.get("radius_km") if radius is None else radius, request.get("max_km")) if given(x)]
    if located and radii:
        km = km_between(request, team)
        fails |= {"distance"} if km is None or km > min(radii) + 1e-6 else set()
    if given(request.get("booked_team")) and request["booked_team"] != team["id"]:
        fails.add("booked")
    if town.reserve is not None and micro(score) < micro(town.reserve):
        fails.add("reserve")
    return fails


def meant(relaxation, team):
    """Tell whether a relaxation speaks of a team."""
    return relaxation.teams is None or team["id"] in relaxation.teams


def one_off(town, relaxations):
    """List what may be paid once: the relaxation and the team's position."""
    teams = rows_of(town.teams)
    return [
        (one, j)
        for one in relaxations
        if isinstance(one, WiderRadius | Teach)
        for j, t in enumerate(teams)
        if meant(one, t)
    ]


def cheapest(town, served, rows, relaxations):
    """Return the least cost in millionths, None where it cannot be; ``served`` are the free units of the plan."""
    p = problem(town)
    need = [p.need[i] if i in rows else served[i] for i in range(len(p.need))]
    charges = [c for c in one_off(town, relaxations) if helpful(town, c)]
    found = [
        with_charges(town, need, rows, relaxations, [c for c, is_paid in zip(charges, paid, strict=True) if is_paid])
        for paid in product((False, True), repeat=len(charges))
    ]
    best = min(found, default=INFINITE)
    return None if best == INFINITE else best


def helpful(town, charge):
    """Leave out what changes nothing, to try fewer sets."""
    one, j = charge
    team = rows_of(town.teams)[j]
    if isinstance(one, Teach):
        return "skills" in team and one.skill not in words(team["skills"])
    return given(team.get("radius_km")) and team["radius_km"] < one.to_km


def with_charges(town, need, rows, relaxations, paid):
    """Return the least cost when these charges are paid."""
    p = problem(town)
    requests, teams, scores = rows_of(town.requests), rows_of(town.teams), score_table(town)
    shut = {(at(town.requests, pin[0]), at(town.teams, pin[1])) for pin in town.pins}
    waives = [one for one in relaxations if isinstance(one, Waive)]
    price = dict.fromkeys(p.pairs, 0)
    for i, j in product(range(len(need)), range(len(teams))):
        if (i, j) in p.pairs or (i, j) in shut:
            continue
        radii = [one.to_km for one, k in paid if k == j and isinstance(one, WiderRadius)]
        old = teams[j].get("radius_km")
        radius = max([old, *radii]) if radii and given(old) else None
        skills = words(teams[j].get("skills")) | {one.skill for one, k in paid if k == j and isinstance(one, Teach)}
        fails = failed(town, requests[i], teams[j], scores[i, j], radius=radius, skills=skills)
        waived = [round(one.cost * 1e6) for one in waives if i in rows and fails <= set(one.limits)]
        prices = waived if fails else [0]
        if prices:
            price[i, j] = min(prices)
    places = [place_prices(teams[j], relaxations, sum(need), swallowed(town, j)) for j in range(len(teams))]

    @cache
    def best(i, loads):
        if i == len(need):
            over = [max(0, load - room) for load, room in zip(loads, p.places, strict=True)]
            return sum(costs[n] for costs, n in zip(places, over, strict=True))
        reach = [j for j in range(len(teams)) if (i, j) in price]
        return min(
            (
                sum(price[i, j] for j in chosen) + best(i + 1, tuple(n + (j in chosen) for j, n in enumerate(loads)))
                for chosen in combinations(reach, need[i])
            ),
            default=INFINITE,
        )

    return best(0, (0,) * len(teams)) + sum(round(one.cost * 1e6) for one, _ in paid)


def cheapest_by_program(town, served, rows, relaxations):
    """Return what `cheapest` does, by an integer program over pairs, places and charges."""
    p, requests, teams, scores = problem(town), rows_of(town.requests), rows_of(town.teams), score_table(town)
    shut = {(at(town.requests, pin[0]), at(town.teams, pin[1])) for pin in town.pins}
    waives = [one for one in relaxations if isinstance(one, Waive)]
    charges = [charge for charge in one_off(town, relaxations) if helpful(town, charge)]
    ways = [(i, j, 0, ()) for i, j in p.pairs]
    for i, j in product(range(len(requests)), range(len(teams))):
        if (i, j) in p.pairs or (i, j) in shut:
            continue
        mine = [k for k, (_, team) in enumerate(charges) if team == j]
        for paid in chain.from_iterable(combinations(mine, n) for n in range(len(mine) + 1)):
            ones = [charges[k][0] for k in paid]
            radius = max((one.to_km for one in ones if isinstance(one, WiderRadius)), default=None)
            skills = words(teams[j].get("skills")) | {one.skill for one in ones if isinstance(one, Teach)}
            fails = failed(town, requests[i], teams[j], scores[i, j], radius=radius, skills=skills)
            waived = [round(one.cost * 1e6) for one in waives if i in rows and fails <= set(one.limits)]
            prices = waived if fails else [0]
            ways += [(i, j, min(prices), paid)] if prices else []
    need = np.array([p.need[i] if i in rows else served[i] for i in range(len(p.need))])
    costs, places = [round(one.cost * 1e6) for one, _ in charges], []
    for j, team in enumerate(teams):
        lost = swallowed(town, j)
        sums = [x for x in place_prices(team, relaxations, int(need.sum()) + lost, 0) if x < INFINITE]
        places += [(j, 1, price) for price in np.diff(sums[lost:]).tolist()]
        if lost and len(sums) > lost:  # what makes up for them is paid once, by whoever comes
            ways = [(*way[:3], (*way[3], len(costs))) if way[1] == j else way for way in ways]
            costs.append(sums[lost])
    table, offers = np.array([way[:3] for way in ways]).reshape(-1, 3), np.array(places, dtype=int).reshape(-1, 3)
    asks = np.array([(k, charge) for k, way in enumerate(ways) for charge in way[3]], dtype=int).reshape(-1, 2)
    case = {"need": need, "room": np.array(p.places), "row": table[:, 0], "col": table[:, 1], "cost": table[:, 2]}
    case |= {"place_col": offers[:, 0], "place_most": offers[:, 1], "place_cost": offers[:, 2]}
    case |= {"charge_cost": np.array(costs, dtype=int)}
    return cheapest_repair(SimpleNamespace(**case, asks_option=asks[:, 0], asks_charge=asks[:, 1]))


def at(table, id_):
    """Find the row of an id."""
    return table["id"].index(id_)


def swallowed(town, j):
    """Count the places that a team holds beyond its capacity, by pins and from before."""
    team = rows_of(town.teams)[j]
    places, used = ((int(team[name]) if given(team.get(name)) else at) for name, at in (("capacity", 1), ("used", 0)))
    return max(0, used + sum(len(pin) == 2 and pin[1] == team["id"] for pin in town.pins) - places)


def place_prices(team, relaxations, most, lost):
    """Price 0, 1, ... more places that are free at a team: the first ``lost`` are not."""
    each = sorted(
        round(one.cost * 1e6)
        for one in relaxations
        if isinstance(one, Place) and meant(one, team)
        for _ in range(most + lost if one.at_most is None else one.at_most)
    )
    each += [INFINITE] * (most + lost)
    return [sum(each[: n + lost]) if n else 0 for n in range(most + 1)]
