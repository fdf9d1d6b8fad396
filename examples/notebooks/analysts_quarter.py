# %% [markdown]
# # An analyst's quarter
#
# Thirteen weeks of requests and plans, and the questions that a city asks at the end of them. Who was served and who was not?
# What stands on the wish wall, and does it belong there? How far do teams travel? Where is the next team wanted? And what do
# the settings do: a reserve, a stricter reading of words, a longer way?
#
# The weeks are drawn by `sm.datasets.ordos`, a city with the shape of Ordos and made-up people, at an eighth of its size. Each
# week draws its own requests *and* its own teams, so this is thirteen samples of a city, not one city growing older. Because
# the city is made up, we know what each request was truly about, and can count how often its words were understood. On your
# own data you will not have these two columns, `true_services` and `true_platforms`; the sections that need them say so.
#
# Needs pandas. As a script: `python analysts_quarter.py`; as a notebook: open it with jupytext. It runs in less than half a minute.

# %%
import builtins
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import servicematch as sm

show = getattr(builtins, "display", print)  # a notebook draws it, a script prints it
pd.options.display.width, pd.options.display.max_columns, pd.options.display.precision = 150, 20, 2
folder = Path(tempfile.mkdtemp())


def draw(week: int) -> tuple[sm.Requests, sm.Teams]:
    """Draw a week; as pandas, so that all that comes of it is pandas too."""
    requests, teams = sm.datasets.ordos(n_requests=650, n_teams=250, lang="en", truth=True, rng=week)
    return sm.Requests(requests.to("pandas")), sm.Teams(teams.to("pandas"))


def bar(share: float) -> str:
    """Draw a share of 1 as text."""
    return "█" * round(20 * share) + "░" * (20 - round(20 * share))


def stacked(frames: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """Put the frames of many weeks under each other, with the week as a column."""
    return pd.concat(frames, names=["week"]).reset_index("week")


# %% [markdown]
# ## 1. Plan the quarter

# %%
WEEKS = range(1, 14)
weeks = {week: draw(week) for week in WEEKS}
plans = {week: sm.assign(requests, teams) for week, (requests, teams) in weeks.items()}
by_week = pd.DataFrame({week: plan.summary for week, plan in plans.items()}).T
figures = by_week[["n_requests", "units_asked", "units_served", "mean_km", "score_total", "status"]]
show(figures.assign(share=(figures["units_served"] / figures["units_asked"]).map("{:.1%}".format)))

# %% [markdown]
# Every plan is proved optimal: what stays open stays open because of the people and rules of that week, not because of a
# hasty plan. One week in words, the last:

# %%
show(plans[13])

# %% [markdown]
# For the rest we want long tables: what was asked, which teams there were, which units were served, and which stayed open.

# %%
asked = stacked({week: requests.to() for week, (requests, _) in weeks.items()}).rename(columns={"id": "request_id"})
teams = stacked({week: teams.to() for week, (_, teams) in weeks.items()}).rename(columns={"id": "team_id"})
sent = stacked({week: plan.assignments for week, plan in plans.items()})
unserved = stacked({week: plan.unassigned for week, plan in plans.items()})

served = sent.groupby(["week", "request_id"]).size().rename("served")
asked = asked.join(served, on=["week", "request_id"]).fillna({"served": 0})
asked["banner"] = asked["area"].str.split("/").str[0].fillna("(no area given)")
print(f"{len(asked)} requests, {asked['units'].sum()} units asked, {len(sent)} served")

# %% [markdown]
# ## 2. Who was served?
#
# By banner. The city's own seat and the far pastures are two different worlds; look at both columns, the share and the number
# behind it.


# %%
def shares(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Count units asked and served by a column, the least served first."""
    counted = table.groupby(by)[["units", "served"]].sum().astype(int)
    share = counted["served"] / counted["units"]
    return counted.assign(share=share, **{"": share.map(bar)}).sort_values("share")


show(shares(asked, "banner"))

# %% [markdown]
# By platform, as the need truly was (a need for two things counts under both; *none* is what no platform does).

# %%
platforms = asked.assign(platform=asked["true_platforms"].replace("", "none").str.split("|")).explode("platform")
show(shares(platforms, "platform"))

# %% [markdown]
# Some of *none* was served all the same: those are teams sent to a need that they cannot meet. Section 7 counts them.
#
# ## 3. Why open?
#
# Every open unit has exactly one reason, and they add up.

# %%
by_reason = unserved.groupby("reason")["units"].sum().sort_values(ascending=False)
show(by_reason.to_frame().assign(share=by_reason / by_reason.sum()))
print(f"{by_reason.sum()} open = {asked['units'].sum()} asked - {len(sent)} served")

# %% [markdown]
# ## 4. The wish wall, by kind
#
# `NO_RELEVANT_TEAM` is the wish wall: nothing on offer in reach is like what was asked. There are three kinds of it, and each
# wants another remedy:
#
# - *no team does this*: a wish that the city's volunteers do not serve at all: pass it on.
# - *nobody in reach does this*: a reason to recruit, or to let a team travel.
# - *not understood*: a team in reach does it, but the resident's words and the team's have too little in common. A synonym
#   would mend it.
#
# `sm.score` with `min_relevance=0` lists all pairs that pass the limits, understood or not; the true services tell the rest.


# %%
def services(table: pd.DataFrame, key: str) -> pd.DataFrame:
    """Give a row for each request (or team) of each week and each of its true services."""
    split = table.assign(service=table["true_services"].str.split("|")).explode("service")
    return split.loc[split["service"] != "", ["week", key, "service"]]


pairs = stacked({week: sm.score(*tables, policy=sm.Policy(min_relevance=0)) for week, tables in weeks.items()})
pairs = pairs.merge(services(asked, "request_id"), on=["week", "request_id"])
reached = pairs.merge(services(teams, "team_id"), on=["week", "team_id", "service"])[["week", "request_id"]]
asked = asked.merge(reached.drop_duplicates().assign(in_reach=True), on=["week", "request_id"], how="left")
asked["in_reach"] = asked["in_reach"].notna()

wall = unserved[unserved["reason"] == "NO_RELEVANT_TEAM"].drop(columns="text")
wall = wall.merge(asked.drop(columns="units"), on=["week", "request_id"])
wall["kind"] = wall["in_reach"].map({True: "not understood", False: "nobody in reach does this"})
wall.loc[wall["true_services"] == "", "kind"] = "no team does this"
kinds = wall.groupby("kind")["units"].sum().sort_values(ascending=False)
show(kinds.to_frame().assign(share=kinds / kinds.sum()))

# %% [markdown]
# Which services are understood worst, and what do such requests sound like? These are the first candidates for the synonyms
# table of section 8.

# %%
missed = wall[wall["kind"] == "not understood"]
show(missed.groupby("true_services")["units"].sum().nlargest(8).to_frame())
for need in missed.drop_duplicates("true_services").nsmallest(6, "week")["need"]:
    print("-", need)

# %% [markdown]
# ## 5. How far do teams travel?
#
# Straight lines; a road is some 1.3 times longer (`sm.limits.Distance(detour=1.3)`, or your own table of road kilometres).

# %%
bands = pd.cut(sent["distance_km"], [0, 2, 5, 10, 20, 50, 100, 1000], right=False).value_counts(sort=False)
show(bands.to_frame("units").assign(**{"": (bands / bands.max()).map(bar)}))
km = sent.merge(asked[["week", "request_id", "banner"]]).groupby("banner")["distance_km"]
show(pd.DataFrame({"units": km.size(), "median": km.median(), "9 in 10 within": km.quantile(0.9), "longest": km.max()}))

# %% [markdown]
# ## 6. Loads, and which services are scarce
#
# A city can have too few teams and idle teams at the same time: the wrong ones, in the wrong place.

# %%
loads = stacked({week: plan.loads for week, plan in plans.items()})
print(f"{(loads['assigned'] == 0).mean():.0%} of the teams had nothing to do in their week")
print(f"{(loads['free'] == 0).mean():.0%} had no place left at the end of it")
print(f"{loads['free'].sum()} of {loads['capacity'].sum()} places stayed free")

# %% [markdown]
# For each service: the units that truly asked for it, the free places of the teams that do it, and how many units are asked
# for a place. A team with two services counts under both, so places are counted on the generous side; and a place 200 km away
# is a place here. The ratio is a pointer to where to look. It does not say what one more team would bring: that depends on
# where it stands and on who else could come.

# %%
free = loads.assign(places=(loads["capacity"] - loads["used"]).clip(lower=0))[["week", "team_id", "places"]]
places = services(teams, "team_id").merge(free).groupby("service")["places"].sum()
wanted = services(asked, "request_id").merge(asked[["week", "request_id", "units", "served"]])
scarce = shares(wanted, "service").join(places)
scarce["asked per place"] = scarce["units"] / scarce["places"]
scarce = scarce[["units", "places", "asked per place", "share"]].sort_values("asked per place", ascending=False)
show(scarce.head(8))
show(scarce.tail(4))

# %% [markdown]
# ## 7. Were the words understood?
#
# Four in ten requests are free text alone. Of those served, did the right team come? Only a made-up city, or a sample that
# somebody has read and labelled by hand, can answer this.


# %%
def understood(plans: dict[int, sm.Plan]) -> dict[str, float]:
    """Measure the free-text requests: whether served ones got a right team, and whether the wish wall is right."""
    is_free = asked["need"].notna() & asked["category"].isna() & asked["booked_team"].isna()
    free = asked[is_free & (asked["skills"].str.len() == 0) & asked["week"].isin(plans)]
    chosen = stacked({week: plan.assignments for week, plan in plans.items()})
    chosen = chosen.merge(free, on=["week", "request_id"]).merge(teams, on=["week", "team_id"], suffixes=("", "_team"))
    still = stacked({week: plan.unassigned for week, plan in plans.items()}).query("reason == 'NO_RELEVANT_TEAM'")
    left = still[["week", "request_id"]].merge(free)
    return {
        "free-text requests": len(free),
        "units served": len(chosen),
        "right platform": share_in_common(chosen, "true_platforms"),
        "right service": share_in_common(chosen, "true_services"),
        "on the wish wall": len(left),
        "of these rightly": 1 - left["in_reach"].mean(),
    }


def share_in_common(chosen: pd.DataFrame, column: str) -> float:
    """Give the share of units whose team has at least one of the true words of the request."""
    sides = zip(chosen[column].str.split("|"), chosen[f"{column}_team"].str.split("|"), strict=True)
    return sum(not (set(need) - {""}).isdisjoint(offer) for need, offer in sides) / len(chosen)


show(pd.DataFrame({"all 13 weeks": understood(plans)}))

# %% [markdown]
# ## 8. What a table of synonyms does
#
# People tell the trouble ("my legs have gone stiff"), teams name the service ("aerobics"). No counting of letters bridges
# that; a small table of the desk's own does. `sm.datasets` has one for this city, ten to twenty words a service, written from
# the list of services alone.

# %%
SYNONYMS = sm.datasets.ordos_synonyms("en")
print("aerobics:", ", ".join(SYNONYMS["aerobics"][:8]), "...")


text, *others = sm.Policy().terms
told = sm.Policy(terms=[sm.terms.Text(weight=text.weight, synonyms=SYNONYMS), *others])
FOUR = range(1, 5)
before = {week: plans[week] for week in FOUR}
after = {week: sm.assign(*weeks[week], policy=told) for week in FOUR}
show(pd.DataFrame({"as it comes": understood(before), "with synonyms": understood(after)}))

# %% [markdown]
# Fewer wishes stay on the wall for want of a word. Look at the two lines of right teams as well: a word that is too general
# sends people to the wrong door, with a proof.
#
# ## 9. What the settings do
#
# The same four weeks under other settings, one changed at a time. Read each line as a question to the city: is a served
# request worth more than a fitting one?
#
# - `reserve`: below this score, rather leave the request open.
# - `min_relevance`: how much a free-text need and an offer must have in common.
# - radius: every team travels half as far, or half as far again.


# %%
def outcome(made: dict[int, sm.Plan]) -> dict[str, float]:
    """Say in five figures what the plans of some weeks do."""
    totals = pd.DataFrame([plan.summary for plan in made.values()])
    served_units = totals["units_served"].sum()
    return {
        "share served": served_units / totals["units_asked"].sum(),
        "mean score": totals["score_total"].sum() / served_units,
        "mean km": totals["total_km"].sum() / served_units,
        "right service": understood(made)["right service"],
        "on the wish wall": sum(plan.summary["by_reason"].get("NO_RELEVANT_TEAM", 0) for plan in made.values()),
    }


def planned(policy: sm.Policy | None = None, stretch: float = 1.0) -> dict[int, sm.Plan]:
    """Plan the four weeks under a policy, with the teams' radii stretched."""
    stretched = {week: weeks[week][1].to() for week in FOUR}
    for table in stretched.values():
        table["radius_km"] *= stretch
    return {week: sm.assign(weeks[week][0], stretched[week], policy=policy) for week in FOUR}


settings = pd.DataFrame(
    {
        "default": outcome(before),
        "with synonyms": outcome(after),
        "reserve 0.3": outcome(planned(sm.Policy(reserve=0.3))),
        "reserve 0.5": outcome(planned(sm.Policy(reserve=0.5))),
        "min_relevance 0.05": outcome(planned(sm.Policy(min_relevance=0.05))),
        "min_relevance 0.4": outcome(planned(sm.Policy(min_relevance=0.4))),
        "radius x 0.5": outcome(planned(stretch=0.5)),
        "radius x 1.5": outcome(planned(stretch=1.5)),
    }
).T
show(settings)

# %% [markdown]
# There is no free lunch in this table. A low `min_relevance` serves more people and more of them wrongly; a reserve buys a
# better mean by sending people home; a longer radius serves more, and costs kilometres every week.
#
# ## 10. Plots, and what to hand on
#
# `sm.plots` makes Vega-Lite specifications, and draws them without the network when the extra is installed:
# `pip install 'servicematch[plots]'`. Without it the next cell says so, and all else is the same.


# %%
@dataclass
class Picture:
    """An SVG file: a notebook draws it, a script names it."""

    path: Path

    def __repr__(self) -> str:
        return f"drawn: {self.path.name}"

    def _repr_svg_(self) -> str:
        return self.path.read_text(encoding="utf-8")


last = plans[13]
pictures = {"served": sm.plots.served_by_area(last), "kilometres": sm.plots.distances(last)}
try:
    for name, spec in pictures.items():
        sm.plots.save(spec, folder / f"{name}.svg")
        show(Picture(folder / f"{name}.svg"))
except ImportError as missing:
    print(missing)

# %% [markdown]
# The tables for the report, the page of the last week for the meeting (without anybody's words), a map of it for any mapping
# program (places blurred to about a kilometre), and the check of its proof.

# %%
shares(asked, "banner").drop(columns="").to_csv(folder / "banners.csv", encoding="utf-8-sig")
settings.to_csv(folder / "settings.csv", encoding="utf-8-sig")
last.to_csv(folder / "open_last_week.csv", "unassigned")
last.to_html(folder / "last_week.html")
last.to_geojson(folder / "last_week.geojson", decimals=2)
print(last.verify())
print("files:", *sorted(path.name for path in folder.iterdir()))
