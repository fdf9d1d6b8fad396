"""What can be ordered: services under the five platforms and employment support, with the words people use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """One service: the platform it stands under, its skill, how a team offers it, how residents ask for it."""

    platform: str
    skill: str
    offer: str
    needs: tuple[str, ...]


def _services(platform: str, *lines: str) -> tuple[Service, ...]:
    """Read lines of "skill | offer | need, need, ..."; each need continues a phrase such as "我们想要"."""
    parts = ([part.strip() for part in line.split("|")] for line in lines)
    return tuple(Service(platform, skill, offer, tuple(needs.split("，"))) for skill, offer, needs in parts)


SERVICES: tuple[Service, ...] = (
    *_services(
        "健身体育",
        "健身操 | 健身操教练上门教学，带跳健身操 | 一名健身操教练，学跳健身操，请老师来带大家做健身操",
        "广场舞 | 广场舞编排与指导 | 一位广场舞老师，学新的广场舞，有人教我们跳广场舞",
        "太极拳 | 太极拳、八段锦教学 | 学太极拳，请师傅教八段锦，早上有人带着打太极",
        "乒乓球 | 乒乓球陪练和比赛组织 | 乒乓球教练，给孩子找人教打乒乓球，办一场乒乓球比赛",
        "篮球 | 青少年篮球训练 | 篮球教练，孩子想学打篮球，有人来带篮球训练",
        "搏克摔跤 | 蒙古族搏克摔跤教学与表演 | 学搏克，搏克摔跤的教练，那达慕上想请人教摔跤",
    ),
    *_services(
        "理论宣讲",
        "政策宣讲 | 惠民政策宣讲，进村入户讲政策 | 听惠民政策，请人讲讲医保政策，来村里讲讲养老金的政策",
        "法律咨询 | 法律咨询和普法讲座，律师解答土地、合同纠纷 | 问问土地纠纷怎么办，律师给讲讲合同，听普法讲座",
        "党史故事 | 红色故事宣讲 | 听党史故事，请宣讲员讲红色故事，给学生讲革命故事",
        "乌兰牧骑宣讲 | 乌兰牧骑文艺式宣讲，双语讲政策 | 乌兰牧骑来讲政策，请乌兰牧骑宣讲员，用蒙古语讲讲政策",
        "反诈宣传 | 防范电信诈骗，反诈讲座 | 给老人讲讲怎么防诈骗，防电信诈骗的讲座，请民警讲反诈",
    ),
    *_services(
        "教育",
        "作业辅导 | 小学生作业辅导，放学后和假期托管 | 有人辅导孩子写作业，放学后帮忙看孩子作业，小学数学辅导",
        "家庭教育 | 家庭教育讲座，孩子的教育与亲子沟通 | 听家庭教育讲座，孩子不听话想请老师指点，亲子沟通的课",
        "普通话教学 | 普通话教学与朗诵 | 学普通话，普通话老师，练练朗诵",
        "英语启蒙 | 儿童英语启蒙课 | 孩子学英语，英语启蒙老师，周末的儿童英语课",
        "心理疏导 | 心理咨询与情绪疏导，陪人聊聊心里话 | 心里烦想找人聊聊，心理咨询，孩子考前心理疏导",
    ),
    *_services(
        "文化",
        "书法 | 书法教学，教写毛笔字，春节写春联 | 学写毛笔字，请书法老师，请人来写春联",
        "马头琴 | 马头琴教学与演奏 | 学马头琴，马头琴老师，听一场马头琴",
        "合唱 | 合唱排练与声乐指导，教唱歌 | 合唱老师，有人指导排练合唱，学唱歌",
        "电影放映 | 流动电影放映下乡 | 来村里放场电影，看露天电影，给老人放老电影",
        "剪纸 | 剪纸等手工非遗教学 | 学剪纸，请非遗传承人教剪纸，孩子们的手工课",
        "文艺演出 | 文艺小分队下乡演出 | 请演出队来演一场，看节目，办一场文艺演出",
    ),
    *_services(
        "科技与科普",
        "智能手机 | 教老年人使用智能手机 | 学用智能手机，有人教老人用微信，教我们手机上缴费",
        "养殖技术 | 牛羊养殖技术指导，看羊病、做防疫 | 羊病了请兽医看看，牛羊养殖技术员，学习羊的防疫",
        "种植技术 | 玉米、蔬菜种植技术指导 | 玉米地里长虫请技术员看看，种植技术培训，大棚蔬菜怎么种",
        "科普讲座 | 科普讲座与科学实验 | 给孩子做科学实验，听科普讲座，科普大篷车来学校",
        "健康科普 | 义诊和健康知识科普 | 义诊，量血压听听健康知识，请医生讲讲高血压",
        "家电维修 | 义务维修家电 | 电视坏了请人修，修冰箱洗衣机，义务维修家电",
    ),
    *_services(
        "就业帮扶",
        "求职指导 | 求职指导，帮找工作、改简历 | 找份工作，有人帮改简历，孩子毕业了问问就业",
        "技能培训 | 家政、电焊等就业技能培训，学手艺 | 学一门手艺，家政培训，电焊培训班",
        "创业咨询 | 开店创业咨询与小额贷款政策 | 想开个小店请人指点，创业贷款怎么办，创业咨询",
        "直播带货 | 农畜产品直播带货培训 | 学直播卖羊肉，直播带货培训，网上卖农产品",
    ),
)

PLATFORMS: tuple[str, ...] = tuple(dict.fromkeys(service.platform for service in SERVICES))

WISHES: tuple[str, ...] = (
    "下水道堵塞",
    "旧衣橱搬楼",
    "丢失钥匙换锁",
    "井水抽不出",
    "电梯故障",
    "狗走失",
)
"""Needs beyond the menu, for the wish wall: no team offers anything like them."""

OPENINGS: tuple[str, ...] = ("", "想要", "我们想要", "能不能安排", "希望", "我想预约：", "请中心帮忙：")
FOR_WHOM: tuple[str, ...] = ("", "", "", "，村里老人多", "，社区的孩子们都盼着", "，家里有老人", "，我们十来个姐妹一起")
WHEN: tuple[str, ...] = ("", "", "", "，这周末", "，下午有空", "，端午节前后", "，越快越好")
AUDIENCES: tuple[str, ...] = ("", "", "，面向老年人", "，面向青少年", "，面向妇女", "，面向农牧民", "，服务社区居民")
