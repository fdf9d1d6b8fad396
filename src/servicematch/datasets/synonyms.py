"""A desk's own small table of synonyms: what people say when they mean a service of Ordos."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def _words(line: str) -> tuple[str, ...]:
    return tuple(line.split())


def _phrases(line: str) -> tuple[str, ...]:
    return tuple(line.split(", "))


SYNONYMS_ZH: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "健身操": _words(
            "跳操 健美操 韵律操 工间操 搏击操 啦啦操 颈肩操 广播操 减肥 瘦身 燃脂 塑形 瘦肚子 有氧运动 健身教练 久坐 "
            "拉伸 活动筋骨 哑铃 帕梅拉"
        ),
        "广场舞": _words(
            "跳舞 领舞 舞步 舞队 舞蹈 编舞 排舞 扇子舞 交谊舞 筷子舞 安代舞 盅碗舞 顶碗舞 蒙古舞 民族舞 水兵舞 "
            "鬼步舞 曳步舞 健身舞 秧歌"
        ),
        "太极拳": _words(
            "打太极 太极剑 太极扇 八段锦 五禽戏 六字诀 易筋经 气功 养生功 养生操 站桩 打拳 练拳 拳友 拳架 推手 "
            "二十四式 24式 武术 晨练"
        ),
        "乒乓球": _words("兵乓 乓乓球 打乒乓 国球 小白球 球案子 乒乓台 横拍 直拍 发球 削球 搓球 弧圈球 拉球 推挡"),
        "篮球": _words(
            "蓝球 投篮 运球 上篮 扣篮 灌篮 篮筐 篮板 三分球 罚球 控球 街球 打半场 打全场 三对三 球感 姚明 cba nba"
        ),
        "搏克摔跤": _words(
            "博克 蒙古跤 摔交 跤手 跤衣 跤王 跤垫 学跤 跤技 抱摔 下绊 绊子 昭德格 卓德格 角力 那达慕 男儿三艺"
        ),
        "棋类": _words(
            "下棋 象棋 围棋 五子棋 军棋 跳棋 鹿棋 沙特拉 喜塔尔 棋友 棋谱 棋艺 棋盘 棋子 残局 对弈 杀两盘 下两盘 "
            "来两盘 棋瘾"
        ),
        "政策宣讲": _words(
            "低保 医保 社保 养老金 养老保险 退休金 合作医疗 新农合 五保户 特困 高龄津贴 高龄补贴 残疾证 粮补 草补 "
            "禁牧 惠农 报销 危房改造 公租房"
        ),
        "法律咨询": _words(
            "律师 官司 离婚 遗产 遗嘱 继承 抚养费 彩礼 合同 欠条 借条 欠钱不还 欠薪 拖欠工资 工伤 判决 征地 宅基地 "
            "纠纷 起诉"
        ),
        "党史故事": _words(
            "红色故事 红色教育 红色基因 革命 长征 抗战 抗美援朝 烈士 先烈 英雄事迹 老党员 老红军 八路军 党课 党日 "
            "党员学习 党支部 入党 独贵龙 延安"
        ),
        "乌兰牧骑宣讲": _words(
            "乌兰木骑 乌兰牧旗 乌兰牧其 轻骑兵 蒙汉双语 双语宣讲 双语讲 文艺宣讲 边唱边讲 连唱带讲 唱着讲 演着讲 "
            "唱政策 好来宝"
        ),
        "反诈宣传": _words(
            "诈骗 防骗 被骗 受骗 骗子 骗钱 骗局 骗术 骗走 怕上当 刷单 杀猪盘 公检法 陌生电话 假客服 网贷 传销 "
            "非法集资 中奖 保健品"
        ),
        "消防安全": _words(
            "着火 失火 起火 火灾 防火 灭火 消防栓 逃生 疏散 火警 火险 煤气罐 煤气泄漏 煤气中毒 煤烟 一氧化碳 "
            "电动车充电 飞线 烟感"
        ),
        "作业辅导": _words(
            "写作业 做作业 功课 数学 语文 算术 口算 应用题 乘法 作文 背课文 补课 补习 做题 错题 成绩差 成绩下降 "
            "不及格 期末 小升初"
        ),
        "假期托管": _words(
            "托管班 托班 暑托 寒托 暑假班 寒假班 放暑假 放寒假 放假没人 没人照看 没人看管 没人管娃 看娃 带娃 看孩子 "
            "双职工 留守儿童 夏令营 冬令营 小饭桌"
        ),
        "家庭教育": _words(
            "叛逆 逆反 青春期 早恋 顶嘴 犟嘴 不听话 说不听 管不住 管教 打骂 育儿 家长课堂 亲子关系 亲子沟通 隔代 "
            "厌学 逃学 网瘾 手机瘾"
        ),
        "普通话教学": _words(
            "国通语 推普 普通话证 汉语 汉话 方言 土话 口音 咬字 吐字 平翘舌 前后鼻音 绕口令 朗诵 演讲 播音 主持人 "
            "不识字 认汉字 扫盲"
        ),
        "蒙古语教学": _words(
            "蒙语 蒙文 蒙话 蒙古话 蒙古文 蒙古字 蒙授 学母语 讲母语 说母语 胡都木 回鹘 西里尔 赛白努 赛努"
        ),
        "英语启蒙": _words(
            "英文 外语 外教 洋文 外国话 音标 自然拼读 字母歌 单词 字母表 英语儿歌 少儿英语 学英语 说英语 英语课 "
            "英语口语 零基础英语 abc"
        ),
        "心理疏导": _words(
            "抑郁 焦虑 失眠 睡不着 压力大 心烦 心慌意乱 烦躁 想不开 轻生 孤独 闷得慌 憋屈 熬煎 解心宽 谈谈心 "
            "心里难受 心里堵 没人说话 老伴走了"
        ),
        "阅读推广": _words(
            "绘本 读书 看书 借书 图书 书屋 书香 课外书 小人书 连环画 童话 名著 讲故事 睡前故事 共读 图画书"
        ),
        "书法": _words(
            "毛笔 硬笔 钢笔字 练字 写字 字帖 临帖 握笔 字丑 字难看 春联 对联 写对子 门对子 福字 楷书 行书 隶书 宣纸 "
            "题字"
        ),
        "马头琴": _words(
            "马头情 拉琴 学琴 练琴 琴弓 琴弦 琴声 潮尔 莫林胡尔 胡琴 四胡 蒙古琴 拉弦 民乐 民族乐器 蒙古乐器 万马奔腾"
        ),
        "合唱": _words("唱歌 学唱 红歌 歌咏 歌唱 声乐 声部 练声 发声 音准 跑调 五音不全 唱不上去 领唱 独唱 唱功 歌友"),
        "电影放映": _words(
            "看电影 放电影 老电影 露天电影 红色电影 电影队 看场电影 电影院 放映队 放映员 放片子 观影 影片 战争片 "
            "纪录片 银幕 幕布 电映"
        ),
        "剪纸": _words(
            "窗花 剪花 刻纸 折纸 喜花 喜字 面塑 捏面人 花馍 泥塑 糖画 香包 刺绣 绣花 中国结 编织 皮雕 手工课 手工艺 "
            "非遗"
        ),
        "文艺演出": _words(
            "演节目 文艺节目 晚会 联欢 汇演 村晚 小品 相声 三句半 快板 二人台 漫瀚调 唱戏 看戏 大戏 送戏 闹红火 社火 "
            "歌舞 长调"
        ),
        "摄影": _words(
            "拍照 照相 照张相 相片 全家福 合影 留影 肖像 遗像 寿照 老人照 证件照 结婚照 婚纱照 金婚照 拍写真 相机 "
            "单反 构图 修图"
        ),
        "智能手机": _words(
            "微信 支付宝 扫码 二维码 付款码 健康码 视频通话 视频聊天 打视频 朋友圈 发红包 刷抖音 网约车 无线网 触屏 "
            "老年机 手机不会 学手机 用手机 手机支付"
        ),
        "养殖技术": _words(
            "养羊 养牛 养猪 养鸡 牛羊 母羊 羊羔 接羔 下羔 牛犊 羊圈 棚圈 牲口 牲畜 兽医 口蹄疫 布病 饲料 草料 配种"
        ),
        "种植技术": _words(
            "庄稼 种地 种菜 玉米 玉茭 葵花 糜子 麦子 土豆 洋芋 山药蛋 西红柿 大棚 育苗 果树 化肥 施肥 打药 虫害 盐碱地"
        ),
        "科普讲座": _words(
            "科学实验 小实验 科学课 科学知识 科技馆 科技展 航天 太空 宇宙 天文 火箭 人造卫星 星星 望远镜 恐龙 黑洞 "
            "地震 辟谣 伪科学 十万个"
        ),
        "健康义诊": _words(
            "看病 体检 量血压 血压高 高血压 血糖 糖尿病 心脏病 头晕 浑身疼 胸闷 咳嗽 腰腿疼 腰疼 腿疼 膝盖疼 关节 "
            "颈椎 号脉 大夫"
        ),
        "家电维修": _words(
            "冰箱 洗衣机 电视机 修电视 电饭锅 电饭煲 电磁炉 微波炉 电风扇 电扇 电热毯 电水壶 热水壶 收音机 豆浆机 "
            "吹风机 电暖气 修电器 不通电 不制冷"
        ),
        "少儿编程": _words(
            "机器人 代码 编程序 编程课 学编程 图形化 乐高 搭积木 创客 信息学 单片机 无人机编程 scratch python"
        ),
        "求职指导": _words(
            "找工作 没工作 找活干 找活儿 找营生 没营生 找份工 简历 面试 应聘 招聘 招工 失业 下岗 待业 岗位 毕业生 "
            "打零工 职业规划 再就业"
        ),
        "技能培训": _words(
            "电焊 焊工 叉车 铲车 挖掘机 装载机 月嫂 育婴 保育员 家政 护理员 厨师 面点 美容美发 理发师 裁缝 电工证 "
            "考个证 学手艺 门手艺"
        ),
        "创业咨询": _words(
            "开店 开个店 开饭馆 小卖部 摆摊 做买卖 做生意 小本生意 个体户 营业执照 注册公司 合作社 农家乐 民宿 "
            "启动资金 本钱 小额贷款 担保贷款 贴息 创业贷"
        ),
        "直播带货": _words(
            "卖货 主播 直播间 开直播 快手 抖音卖 网上卖 线上卖 电商 网店 短视频 涨粉 销路 滞销 卖不出 卖不动 土特产 "
            "奶食品 卖羊肉 卖牛肉"
        ),
        "电脑办公": _words(
            "学电脑 电脑课 电脑操作 电脑不会 办公软件 表格 做表 打字 文档 排版 幻灯片 做课件 演示文稿 键盘 鼠标 邮箱 "
            "excel word ppt wps"
        ),
    }
)

SYNONYMS_EN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "aerobics": _phrases(
            "workout, work out, lose weight, losing weight, weight loss, slimming, overweight, keep fit, get fit, "
            "cardio, zumba, stretching, fitness class, fitness coach, exercise class, exercise routine, "
            "desk exercise, warm-up, dumbbell, calisthenics"
        ),
        "square dance": _phrases(
            "dancing, dancer, to dance, dance step, dance move, dance routine, dance class, dance music, "
            "dance troupe, folk dance, fan dance, line dance, group dance, plaza dance, choreography, yangge, "
            "yangko, waltz"
        ),
        "tai chi": _phrases(
            "taichi, tai-chi, taiji, qigong, qi gong, baduanjin, eight brocade, five animal, push hands, "
            "shadow boxing, sword form, slow exercise, morning exercise, martial art, wushu, kung fu"
        ),
        "table tennis": _phrases(
            "ping pong, ping-pong, pingpong, table-tennis, penhold, backhand, forehand, topspin, backspin, paddle"
        ),
        "basketball": _phrases(
            "basket ball, dribble, dribbling, hoops, dunk, layup, lay-up, jump shot, free throw, three-pointer, "
            "rebound, point guard"
        ),
        "bokh wrestling": _phrases(
            "wrestle, wrestler, bukh, bökh, boke, naadam, nadaam, grapple, grappling, takedown, zodog, jodag, judo"
        ),
        "board games": _phrases(
            "board game, chess, xiangqi, weiqi, shatar, checkers, draughts, gomoku, baduk, go game, endgame, checkmate"
        ),
        "policy talks": _phrases(
            "pension, medical insurance, health insurance, social insurance, social security, subsidy, subsidies, "
            "allowance, welfare, low-income, minimum living, dibao, reimbursement, retirement pay, disability card, "
            "grazing ban, government benefit, new policy, public housing"
        ),
        "legal advice": _phrases(
            "lawyer, attorney, lawsuit, legal, court case, sue, divorce, inherit, inheritance, custody, alimony, "
            "contract, dispute, unpaid wage, owed wage, work injury, arbitration, landlord, tenant, notary"
        ),
        "party history": _phrases(
            "revolution, red story, red stories, red army, long march, martyr, war hero, veteran, party member, "
            "party branch, party day, party lesson, party class, party lecture, communist, liberation, founding of"
        ),
        "Ulan Muqir talks": _phrases(
            "ulan muchir, ulaan mochir, wulanmuqi, wulan muqi, red cavalry, light cavalry, bilingual, "
            "both languages, sung lecture, artistic talk, artistic lecture, haolaibao, holboo"
        ),
        "fraud prevention": _phrases(
            "scam, swindle, phishing, conned, con man, cheated, tricked, deceive, impostor, fake call, fake police, "
            "suspicious call, strange call, unknown caller, verification code, pyramid scheme, ponzi, lottery win, "
            "health supplement, identity theft"
        ),
        "fire safety": _phrases(
            "extinguisher, evacuate, evacuation, fire drill, fire escape, fire hazard, fire alarm, smoke alarm, "
            "smoke detector, catch fire, caught fire, on fire, house fire, blaze, hydrant, firefighter, gas leak, "
            "gas bottle, carbon monoxide, coal stove"
        ),
        "homework help": _phrases(
            "homework, schoolwork, math, arithmetic, multiplication, times table, fraction, word problem, essay, "
            "composition, tutoring, home tutor, after-school, school exam, final exam, bad grade, mathematics, "
            "poor grade, falling behind, school subject"
        ),
        "holiday care": _phrases(
            "babysitting, babysitter, childcare, child care, child-minding, childminder, daycare, day care, "
            "summer camp, winter camp, summer vacation, winter vacation, summer break, winter break, summer holiday, "
            "winter holiday, school holiday, working parents, left-behind, mind children"
        ),
        "parenting": _phrases(
            "rebellious, talk back, talks back, tantrum, disobedient, disobey, naughty, discipline, upbringing, "
            "raise children, raising children, parent-child, screen time, gaming, game addict, puberty, adolescent, "
            "truant, skips school, generation gap"
        ),
        "Mandarin lessons": _phrases(
            "putonghua, pinyin, accent, dialect, pronunciation, speak chinese, spoken chinese, learn chinese, "
            "standard chinese, speak mandarin, common language, national language, recite, recitation, "
            "tongue twister, speech contest, public speaking, illiterate"
        ),
        "Mongolian lessons": _phrases(
            "mongol script, mongolian script, mongolian language, mongolian alphabet, mongolian letter, "
            "mongolian word, mongolian class, speak mongolian, spoken mongolian, learn mongolian, study mongolian, "
            "write mongolian, read mongolian, mother tongue, native tongue, vertical script, hudum, cyrillic"
        ),
        "English for children": _phrases(
            "phonics, abc, english alphabet, english letter, english word, english song, english class, "
            "english lesson, english grammar, basic english, speak english, spoken english, learn english, "
            "vocabulary, nursery rhyme, foreign language, foreign teacher"
        ),
        "counselling": _phrases(
            "counseling, counselor, counsellor, depressed, depression, anxiety, anxious, stressed, lonely, "
            "loneliness, insomnia, cannot sleep, can't sleep, sleepless, grief, widow, psychologist, suicidal, "
            "mental health, panic attack"
        ),
        "reading": _phrases(
            "picture book, story book, storybook, storytime, story time, bedtime story, bedtime stories, fairy tale, "
            "read aloud, read book, borrow book, library, novel, book club, book corner, children's book, "
            "comic book, book lover"
        ),
        "calligraphy": _phrases(
            "handwriting, penmanship, brush pen, brush writing, brush stroke, writing brush, ink brush, inkstone, "
            "couplet, copybook, rice paper, xuan paper, regular script, running script, seal script, neat writing, "
            "messy writing, write neatly, fu character, spring scroll"
        ),
        "horse-head fiddle": _phrases(
            "khuur, morin, matouqin, horsehead, horse head, fiddle, string instrument, stringed, folk instrument, "
            "mongolian instrument, musical instrument, bow hair"
        ),
        "choir": _phrases(
            "singing, to sing, singer, chorus, choral, sing-along, vocal, voice training, off-key, soprano, tenor, "
            "anthem, hymn, conductor, red song, karaoke"
        ),
        "film shows": _phrases(
            "movie, cinema, film screening, film night, open-air film, outdoor film, old film, war film, watch film, "
            "documentary, cartoon, projector, projection, big screen, motion picture"
        ),
        "paper cutting": _phrases(
            "papercut, paper-cut, cut paper, paper art, paper craft, window flower, scissors, origami, "
            "dough figurine, dough model, clay figurine, embroidery, knitting, crochet, weaving, handicraft, "
            "craft class, folk craft, folk art"
        ),
        "stage shows": _phrases(
            "variety show, stage show, village show, festival show, live show, gala, skit, comedy, crosstalk, "
            "concert, entertainment, performer, local opera, chinese opera, watch opera, errentai, manhan, "
            "folk song, temple fair, puppet"
        ),
        "photography": _phrases(
            "photo, photograph, photographer, portrait, camera, snapshot, family picture, group picture, "
            "wedding picture, take picture, taking picture, pictures taken, picture taken, album, shutter"
        ),
        "smartphone lessons": _phrases(
            "phone, cellphone, iphone, wechat, alipay, wifi, wi-fi, video call, video chat, group chat, qr code, "
            "scan code, mobile payment, mobile app, online booking, ride-hailing, touchscreen, touch screen, "
            "android, ipad"
        ),
        "livestock advice": _phrases(
            "cow, cattle, calf, calves, sheep, lamb, goat, piglet, poultry, camel, flock, veterinary, veterinarian, "
            "foot-and-mouth, brucellosis, deworm, fodder, animal feed, ewe, pig"
        ),
        "crop advice": _phrases(
            "maize, cornfield, grow corn, vegetable, potato, potatoes, tomato, tomatoes, cucumber, wheat, sunflower, "
            "seedling, sowing, fertiliser, fertilizer, pesticide, irrigation, greenhouse, orchard, harvest"
        ),
        "science outreach": _phrases(
            "experiment, science show, science class, science fair, science museum, astronomy, telescope, planet, "
            "outer space, spaceship, spacecraft, rocket, satellite, universe, black hole, dinosaur, volcano, "
            "earthquake, superstition"
        ),
        "health checks": _phrases(
            "doctor, clinic, checkup, check-up, medical check, blood pressure, blood sugar, hypertension, diabetes, "
            "dizzy, dizziness, headache, back pain, knee pain, chest pain, joint pain, arthritis, cough, "
            "acupuncture, medicine"
        ),
        "appliance repair": _phrases(
            "fridge, refrigerator, washing machine, television, broken tv, rice cooker, induction cooker, kettle, "
            "microwave, toaster, electric fan, electric heater, electric blanket, hair dryer, hairdryer, "
            "vacuum cleaner, soymilk maker, radio, remote control, broken appliance"
        ),
        "coding for children": _phrases(
            "robot, robotics, programming, write code, writing code, learn code, code club, coding class, "
            "coding club, coder, scratch program, scratch project, python, lego, arduino, algorithm, building block, "
            "game design"
        ),
        "job seeking": _phrases(
            "find work, seek work, jobless, find job, a job, new job, job hunt, job search, job fair, lost job, "
            "laid off, unemployed, unemployment, resume, cv, interview, cover letter, vacancy, recruit, career"
        ),
        "trade skills": _phrases(
            "welding, welder, forklift, excavator, crane, vocational, apprentice, a trade, trade certificate, "
            "nanny course, chef, cooking course, baking, hairdressing, beautician, tailoring, sewing, caregiver, "
            "housekeeping"
        ),
        "business advice": _phrases(
            "own business, new business, small business, business plan, business licence, business license, startup, "
            "start-up, entrepreneur, self-employed, microloan, small loan, bank loan, own shop, small shop, "
            "small restaurant, noodle shop, franchise, market stall, food stall"
        ),
        "live selling": _phrases(
            "livestream, live stream, live-stream, live broadcast, go live, e-commerce, ecommerce, online store, "
            "online sale, sell online, selling online, web shop, short video, douyin, kuaishou, influencer, "
            "followers, unsold, sell beef, sell mutton"
        ),
        "office software": _phrases(
            "excel, spreadsheet, powerpoint, word document, word processing, typing, keyboard, slide, wps, "
            "microsoft office, pivot table, data entry, laptop, email, computer skill, computer class, "
            "computer course, computer basics, use computer"
        ),
    }
)


def ordos_synonyms(lang: str = "zh") -> Mapping[str, tuple[str, ...]]:
    """Give the words by which people ask for a service without naming it.

    A desk's own small table, written from the list of services alone. Give it to ``sm.terms.Text(synonyms=...)``,
    and a trouble ("血压高") is read as if the service ("健康义诊") were named.

    Parameters
    ----------
    lang
        ``"zh"`` for Chinese or ``"en"`` for English, whose words are in lower case and mostly in the singular.

    Returns
    -------
    Mapping
        For each service, by the name of its skill, 6 to 20 words. No word stands at two services. It cannot be
        changed; ``dict(...)`` makes a copy to add your own words to.

    Raises
    ------
    ValueError
        If ``lang`` is another language.

    Examples
    --------
    >>> ordos_synonyms()["棋类"][:4]
    ('下棋', '象棋', '围棋', '五子棋')
    >>> "ping pong" in ordos_synonyms("en")["table tennis"]
    True
    """
    tables = {"zh": SYNONYMS_ZH, "en": SYNONYMS_EN}
    if lang not in tables:
        raise ValueError(f"ordos_synonyms: lang: expected 'zh' or 'en', got {lang!r}.")
    return tables[lang]
