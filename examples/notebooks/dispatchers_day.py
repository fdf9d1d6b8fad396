# %% [markdown]
# # 调度员的一天
#
# 六月三日，星期二，乌审旗新时代文明实践中心。昨天居民点了十四单，十一支队伍可以派。上午要把单派出去，每一单都要说得清：为什么派给这支队，为什么那一单还没派。
#
# *A dispatcher's day: fourteen orders, eleven teams, one morning, and a reason for everything.*
#
# 人名、电话、地点都是编的。运行需要 `pip install servicematch pandas`；用 Jupyter 打开再装 `jupytext`。
#
# *All people, phones and places are made up. As a script: `python dispatchers_day.py`. As a notebook: open it with jupytext.*

# %%
import builtins
import tempfile
from pathlib import Path

import pandas as pd

import servicematch as sm

show = getattr(builtins, "display", print)  # a notebook draws it, a script prints it
pd.options.display.width, pd.options.display.max_columns, pd.options.display.precision = 150, 20, 3
pd.options.display.unicode.east_asian_width = True
folder = Path(tempfile.mkdtemp())

# %% [markdown]
# ## 一、收到的两张表
#
# 点单表是值班员手工录的，录错了几处；队伍表是从旧系统导出的，编码是 GB18030。这里先照原样写成两个文件。
#
# *The two spreadsheets as they come: orders typed by hand, with mistakes, and teams from an old system in GB18030.*

# %%
ORDERS = """\
id,need,category,skills,langauges,lat,lon,area,units,priority,max_km,placed_at,booked_team,phone
D01,想要一名健身操教练,,,,38.43,108.97,乌审旗/无定河镇/沙沙滩村,1,0,,2025-06-02T09:00,,0477-0000001
D02,请人来教写春联、练毛笔字,文化,书法,,38.60,108.84,乌审旗/嘎鲁图镇,1,0,,2025-06-02T09:20,,0477-0000002
D03,用蒙古语讲讲养老金政策,理论宣讲,,蒙古语,38.75,108.98,乌审旗/乌兰陶勒盖镇,1,1,,2025-06-02T09:25,,0477-0000003
D04,两位老师辅导孩子写作业,教育,作业辅导,,38.59,108.85,乌审旗/嘎鲁图镇,两位,0,20,2025-06-02T09:40,,0477-0000004
D05,下水道堵了，污水往外冒,,,,38.60,108.85,乌审旗/嘎鲁图镇,1,0,,2025-06-02T10:05,,0477-0000005
D06,不会用智能手机，想学视频通话,科技与科普,智能手机,,,,乌审旗/嘎鲁图镇,1,0,,2025-06-02T10:30,,0477-0000006
D07,学跳健身操,健身体育,健身操,,39.00,109.33,乌审旗/图克镇,1,0,10,2025-06-02T10:40,,0477-0000007
D08,老妈妈腰腿疼，想找人给看看,,,,38.61,108.83,乌审旗/嘎鲁图镇,1,0,,2025-06-02T11:10,,0477-0000008
D09,晚上广场上缺个领舞的,,,,108.86,38.60,乌审旗/嘎鲁图镇,1,0,,2025-06-02T11:15,,0477-0000009
D10,羊羔拉稀，请懂养殖的来指导,科技与科普,养殖技术,,38.55,108.60,乌审旗/苏力德苏木,1,1,,2025-06-02T14:00,,0477-0000010
D11,邻居占了宅基地，想做法律咨询,,,,38.44,108.95,乌审旗/无定河镇,1,0,,2025-06-02T14:20,,0477-0000011
D11,给老党员讲讲党史故事,理论宣讲,,,38.60,108.84,乌审旗/嘎鲁图镇,1,0,,2025-06-02T15:00,,0477-0000012
D13,社区合唱缺一位教唱的老师,文化,,,38.59,108.84,乌审旗/嘎鲁图镇,1,0,,2025-06-02T15:30,,0477-0000013
D14,想学健身操，就要上回那支队,,,,38.60,108.86,乌审旗/嘎鲁图镇,1,0,,2025-06-02T16:10,T01,0477-0000014
"""

TEAMS = """\
id,name,offers,categories,skills,languages,lat,lon,area,radius_km,capacity,used,n_rated,mean_rating
T01,嘎鲁图镇健身操志愿服务队,健身操教练上门教学，广场舞领舞,健身体育,健身操|广场舞,汉语,38.60,108.84,乌审旗/嘎鲁图镇,40,4,1,42,4.9
T02,书法家协会志愿服务队,书法教学，写春联，练毛笔字,文化,书法,汉语|蒙古语,38.60,108.85,乌审旗/嘎鲁图镇,30,2,0,18,4.8
T03,双语政策宣讲队,惠民政策宣讲，养老金政策解读，党史故事,理论宣讲,政策宣讲|党史故事,汉语|蒙古语,38.59,108.86,乌审旗/嘎鲁图镇,80,2,0,65,5.0
T04,课后辅导志愿服务队,小学生作业辅导，假期托管,教育,作业辅导,汉语,38.60,108.86,乌审旗/嘎鲁图镇,15,2,1,9,4.7
T05,大学生支教队,作业辅导，普通话教学,教育,作业辅导|普通话教学,汉语,38.58,108.84,乌审旗/嘎鲁图镇,25,2,0,4,4.4
T06,银龄智能手机课堂,教老年人用智能手机，视频通话,科技与科普,智能手机,汉语,38.61,108.85,乌审旗/嘎鲁图镇,40,1,0,,
T07,旗医院健康义诊队,健康义诊，按摩理疗,科技与科普,健康义诊,汉语|蒙古语,38.60,108.84,乌审旗/嘎鲁图镇,60,2,0,31,4.9
T08,农牧业科技服务队,养殖技术指导，羊羔保育，科学饲喂,科技与科普,养殖技术,汉语|蒙古语,38.43,108.95,乌审旗/无定河镇,90,2,1,22,4.6
T09,夕阳红文艺队,教唱合唱，广场舞编排,文化|健身体育,合唱|广场舞,汉语,38.60,108.83,乌审旗/嘎鲁图镇,20,1,0,11,4.5
T10,法律明白人志愿服务队,法律咨询，调解邻里纠纷,理论宣讲,法律咨询,汉语,38.60,108.85,乌审旗/嘎鲁图镇,50,1,0,14,4.8
T11,无定河镇巾帼健身操队,健身操教学，工间操,健身体育,健身操,汉语,38.44,108.95,乌审旗/无定河镇,35,1,0,3,4.3
"""

for name, text, encoding in (("orders.csv", ORDERS, "utf-8"), ("teams.csv", TEAMS, "gb18030")):
    path = folder / name
    path.write_text(text, encoding=encoding)
    print(f"{name}: {path.stat().st_size} bytes of {encoding}")

# %% [markdown]
# 读进来。`sm.read_csv` 自己认编码，编号保持原样（001 还是 001）；空格子就是“没说”。
#
# *Read both. The encoding is found, ids stay as typed, an empty cell says nothing.*

# %%
orders = pd.DataFrame(sm.read_csv(folder / "orders.csv"))
teams = sm.Teams(pd.DataFrame(sm.read_csv(folder / "teams.csv")))
show(orders[["id", "need", "category", "units", "lat", "lon"]])

# %% [markdown]
# ## 二、先听它念错
#
# 直接拿去用，它不肯，并且一次把所有毛病都念出来：哪一列、第几行、哪一单、应该是什么。行号从 0 数起。
#
# *It refuses, and reads out every fault at once: column, row (counted from 0), id, and what was expected.*

# %%
try:
    sm.Requests(orders, tz="Asia/Shanghai")
except sm.errors.TableError as error:
    print(error)

# %% [markdown]
# 对着念的改：第二个 D11 其实是 D12；D04 的“两位”写成 2；D09 的经纬度填反了。
#
# *Mended as read: the second D11 is D12, "两位" is 2, and D09 has its latitude and longitude the wrong way round.*

# %%
orders.loc[11, "id"] = "D12"
orders.loc[orders["id"] == "D04", "units"] = 2
orders.loc[orders["id"] == "D09", ["lat", "lon"]] = orders.loc[orders["id"] == "D09", ["lon", "lat"]].to_numpy()
print(sm.Requests.check(orders, tz="Asia/Shanghai"))

# %% [markdown]
# `check` 只看不拦。还剩一句提醒：`langauges` 拼错了。不改的话，“要蒙古语”这个要求就没人看见，D03 可能派给只会汉语的队。
#
# *`check` looks and never refuses. One warning is left, and it matters: with the column misspelt, nobody would see that D03
# asks for Mongolian.*

# %%
orders = orders.rename(columns={"langauges": "languages"})
show(sm.Requests.check(orders, tz="Asia/Shanghai"))

# %% [markdown]
# D06 没留位置，只写了嘎鲁图镇。把镇政府的坐标给它当位置，总比不派强；评分里会注明。
#
# *D06 left no place but named its town: the town hall stands in for it, and the breakdown of its score says so.*

# %%
TOWN_HALLS = {"乌审旗/嘎鲁图镇": (38.60, 108.84)}
requests = sm.Requests(orders, tz="Asia/Shanghai", places=TOWN_HALLS)
show(requests)

# %% [markdown]
# ## 三、派单
#
# *Plan.*

# %%
plan = sm.assign(requests, teams)
print(plan.describe("zh"))

# %% [markdown]
# “已证明最优”不是客套：在这些限制下，再没有哪个计划能多派一单；派得一样多的，总评分也不会更高。同样的话，英文是：
#
# *`print(plan)` says the same in English; in a notebook the plan draws itself.*

# %%
show(plan)

# %% [markdown]
# 谁去谁家：
#
# *Who goes where.*

# %%
needs, names = orders.set_index("id")["need"], teams.to("pandas").set_index("id")["name"]
chosen = plan.assignments
show(
    chosen[["request_id", "team_id", "score", "distance_km"]].assign(
        need=chosen["request_id"].map(needs), team=chosen["team_id"].map(names)
    )
)

# %% [markdown]
# ## 四、三单没派，为什么
#
# 每一单都有一个原因，一句话。
#
# *Three stay open, each with its reason.*

# %%
for request_id, text in plan.reasons("zh")[["request_id", "text"]].itertuples(index=False):
    print(f"{request_id} {needs[request_id]}：{text}")

# %% [markdown]
# - **D05** 通下水道，志愿队里真没有，上心愿墙，转给住建部门。
# - **D07** 居民自己填了“10 公里以内”。看看差多少：
#
# *D05 is rightly on the wish wall: no team clears drains. D07 set a limit of 10 km herself; how far off is it?*

# %%
show(sm.recommend(requests, teams, for_requests=["D07"]).ineligible("D07", k=2))

# %% [markdown]
# 两支健身操队都在六十公里外。打电话问她肯不肯放宽；今天先留着。
#
# - **D08** “腰腿疼”上了心愿墙，这就不对了：义诊队能看。队伍写的是“健康义诊”，一个字也没对上。同义词是中心自己的一张小表，加一行就行：居民这么说的时候，按那个意思读。
#
# *D08 is wrong: the hospital's team can see to aching legs, but its offer has no word in common with hers. A desk keeps its
# own small table of synonyms; one line mends it.*

# %%
SYNONYMS = {"健康义诊": "腰腿疼|血压|头晕"}
text, *others = sm.Policy().terms
policy = sm.Policy(terms=[sm.terms.Text(weight=text.weight, synonyms=SYNONYMS), *others])
plan = sm.assign(requests, teams, policy=policy)
print(plan.describe("zh").splitlines()[1])
for line in plan.reasons("zh")["text"]:
    print("还剩 / still open:", line)

# %% [markdown]
# ## 五、为什么派给这支队
#
# 沙沙滩村要一名健身操教练。两支健身操队都能去，镇上那支更近，旗里那支口碑更好。分数拆开看，每一行相加就是总分。
#
# *Why this team? The village of 沙沙滩 asked for a coach. Two teams could come: the town's own is near, the other has the
# better record. Taken apart, the lines add up to the score.*

# %%
show(plan.show_score("D01", "T11", lang="zh"))

# %%
show(plan.show_score("D01", "T01", lang="zh"))

# %% [markdown]
# ## 六、主任想换一换，要付出什么
#
# 主任说：晚上的领舞（D09）让夕阳红文艺队（T09）去。人定的事用 `pins` 钉住，机器照办，其余的重新排。钉住以前，先看代价。钉住的那一单不算进 `objective`，所以比两个计划要看 `summary` 里的总数。
#
# *The head of the centre would rather send T09 to D09. A decision of a person is a pin: it holds, and all else is planned
# around it. First, what does it cost? Pinned pairs are not counted in `objective`; the totals of `summary` have them.*

# %%
other = sm.assign(requests, teams, policy=policy, pins=[("D09", "T09")])
for said, one in (("原计划 / as planned", plan), ("钉住后 / with the pin", other)):
    print(f"{said}: {one.summary['units_served']} served, score {one.summary['score_total']:.3f}")
cost = plan.summary["score_total"] - other.summary["score_total"]
print(f"代价 / cost: {cost:.3f}")

# %%
pair = ["request_id", "team_id"]
scores = pd.concat(
    {"before": plan.assignments.set_index(pair)["score"], "after": other.assignments.set_index(pair)["score"]}, axis=1
)
show(scores[scores.isna().any(axis=1)].sort_index())

# %% [markdown]
# 派出的单一样多，总分却掉了一截，看得出掉在哪里：夕阳红去领舞，合唱（D13）就只好派书法家协会去教。主任看了说：算了，照原计划。
#
# *As many are served, but look who pays: with T09 at the dance, the choir (D13) would be taught by the calligraphers. The head
# of the centre looks at it, and lets it be.*

# %% [markdown]
# ## 七、来了个电话
#
# 十点四十，无定河镇一位大叔来电：血压高，老是头晕，想找人给量量。名册早上准备一次（`sm.prepare`），之后每个电话都是一眨眼的事。`plan=` 让它知道早上的单已经占了哪些名额。
#
# *A phone call: high blood pressure, dizzy, could somebody come? The teams are made ready once in the morning; with `plan=`
# the places that the plan took count as taken.*

# %%
desk = sm.prepare(teams, policy=policy)
call = {
    "id": "D15",
    "need": "血压高，老是头晕，想找人给量量",
    "lat": 38.45,
    "lon": 108.96,
    "area": "乌审旗/无定河镇",
    "units": 1,
    "priority": 0,
}
best = sm.recommend([call], desk, plan=plan, k=3)
print(best.describe("zh"))
print(best)

# %% [markdown]
# 大叔问：镇上不是有别的队吗？差一点的是谁，差在哪儿：
#
# *"Is there nobody else?" Who comes next, and what stands in the way:*

# %%
show(pd.DataFrame(best.ineligible("D15", k=3)))

# %% [markdown]
# 答应了就钉住：早上派出去的都不动，新来的这一单给 T07。
#
# *Promised is promised: what went out this morning stays, and the new order goes to T07.*

# %%
orders = pd.DataFrame([*orders.to_dict("records"), {**call, "phone": "0477-0000015", "placed_at": "2025-06-03T10:40"}])
requests = sm.Requests(orders, tz="Asia/Shanghai", places=TOWN_HALLS)
sent = list(plan.assignments[["request_id", "team_id"]].itertuples(index=False, name=None))
today = sm.assign(requests, teams, policy=policy, pins=[*sent, ("D15", "T07")])
print(today.describe("zh"))

# %% [markdown]
# ## 八、交给队伍
#
# 义诊队今天的单子，自己加的列（电话）也在里面：
#
# *What one team is to do today; your own columns, such as the phone, come along.*

# %%
show(today.worklist("T07")[["request_id", "distance_km", "need", "area", "phone"]])

# %% [markdown]
# 整个计划、义诊队的单子、没派的单和原因，各存一张表，给人用 Excel 开（带 BOM，中文不乱，`=` 开头的字不会变成公式）；网页给领导看，离线也能开，居民的原话不在里面；但地图上有他们家的位置，别往外传。
#
# *The plan, one team's worklist, and what stays open, as CSV files that a spreadsheet opens with their Chinese intact and no
# cell run as a formula; and a page that opens offline, without the residents' words. Its map does show where they live: keep it inside.*

# %%
today.to_csv(folder / "plan.csv")
today.to_csv(folder / "T07.csv", "worklist", team_id="T07")
today.to_csv(folder / "open.csv", "unassigned", lang="zh")
today.to_html(folder / "plan.html", lang="zh")
print(*(folder / "plan.csv").read_text(encoding="utf-8-sig").splitlines()[:3], sep="\n")
print(f"plan.html: {(folder / 'plan.html').stat().st_size // 1000} kB")

# %% [markdown]
# ## 九、请一个外人来查
#
# `verify` 和派单的代码没有一行相同。它从头再算一遍：限制有没有破、名额有没有超、还能不能更好。
#
# *Checked by a stranger: `verify` shares no code with what made the plan.*

# %%
show(plan.verify())

# %% [markdown]
# 加了电话的那份也查：全是钉住的，没有什么可再优化，只查有没有违规。
#
# *The plan with the call, too: all of it is pinned, so there is nothing left to improve; it only has to keep the rules.*

# %%
print("没有违规 / lawful:", today.verify().ok)

# %% [markdown]
# ## 十、存起来，明早接着看
#
# 存下的文件里只有编号、决定和校验和，没有居民的一句话、一个坐标；拿回来时要配上当天的两张表，表改过它认得出。
#
# *Saved: ids and decisions, none of the residents' words or places. To take it up again, bring that day's tables; it knows
# when they were changed.*

# %%
today.to_json(folder / "plan.json")
again = sm.Plan.from_json(folder / "plan.json", requests=requests, teams=teams)
saved = (folder / "plan.json").read_text(encoding="utf-8")
print("一样 / the same:", again.assignments.equals(today.assignments))
print("文件里有没有居民的话 / any words of theirs in the file:", any(need in saved for need in orders["need"]))
print("写好的文件 / files:", *sorted(path.name for path in folder.iterdir()))
