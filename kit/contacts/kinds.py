"""What a contact is: a person, or a shop, a service or an organisation; and why we think so.

Where it is not clear it is a person: a friend who is left out is rung by a collector unwarned.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kit import phone
from kit.contacts.kinship import kin
from kit.contacts.plain_name import CITIES, simplified, words
from kit.model import ContactKind, NumberKind

if TYPE_CHECKING:
    from kit.model import Contact

_PERSON = "Nothing shows that it is a shop, a service or an organisation."
_BY_NUMBERS = "All its numbers are those of services, which belong to no person."
_BY_CARD = "The card has the name of an organisation, and of no person."
_BY_NAME = "The name is that of a shop, a service or an organisation."

#: Numbers that no person has.
_OF_SERVICES = frozenset(
    {
        *(NumberKind.SHARED_COST, NumberKind.TOLL_FREE, NumberKind.SERVICE),
        *(NumberKind.EMERGENCY, NumberKind.SMS_PORT),
    }
)

#: What a shop or a service is called, and also what people write behind the name of somebody who
#: works there: 顺丰快递, and 小李快递.
_SHOP = re.compile(
    r"(?:饭店|酒店|宾馆|旅馆|旅店|民宿|餐厅|餐馆|饭馆|面馆|火锅店?|烧烤店?|鱼庄|酒楼|食堂|小吃店?|奶茶店?|"
    r"咖啡[店馆厅]?|[饼花书药菜鞋烟酒茶米粮油]店|蛋糕店?|面包店|水果店|文具店|服装店|五金店?|母婴店|"
    r"宠物店|眼镜店|便利店|彩票店|理发店|美发店|美容院|洗衣店|干洗店|照相馆|打印店|复印店|手机店|数码店|"
    r"超市|商场|商店|商城|商行|百货|市场|批发部|建材|家具城|家电|"
    r"快递[点站柜]?|快运|速递|速运|物流|驿站|外卖|跑腿|送水站?|桶装水|搬家|货运|打车|出租车|专车|租车|"
    r"物业(?:公司|管理处|办公室)?|家政|保洁|维修[部站点]?|修理[部厂店]?|修车|汽修|洗车店?|开锁|疏通|"
    r"宽带|燃气|煤气|自来水|电力|公司|工厂|银行|支行|信用卡|小贷|金融|催收|客服|售后|"
    r"医院|诊所|门诊部?|卫生[院站所]|牙科|口腔|药房|学校|幼儿园|驾校|健身房|瑜伽馆|影城|电影院|网吧|网咖|"
    r"ktv|营业[厅部]|服务[部站台]|派出所|公安局|供电[所局]|[居村]委会|街道办|业委会|售楼处|"
    r"前台|总机|总台|传达室|门卫室?|保安室|值班室|办公室|报警(?:电话)?|急救(?:电话)?|火警|查号台|"
    r"有限(?:责任)?公司|股份公司|集团|事务所|旗舰店|专卖店|连锁店|4s店|有限会社|株式会社|热线|"
    r"(?:客服|服务|信用卡)(?:中心|热线|电话)|"
    r"(?<= )(?:hotel|restaurant|pharmacy|supermarket|ltd|inc|llc|gmbh|hotline|customer service))$"
)
#: What an agent does: behind a name and with a mobile number it is somebody one knows.
_AGENT = re.compile(
    r"(?:保险|中介|房产|地产|置业|装修|装饰|租房|理财|证券|贷款|分期|教育|培训|代驾|健身|瑜伽|美容|美甲)$"
)
#: Lenders by name.
LENDERS = (
    "借呗 花呗 微粒贷 白条 度小满 有钱花 宜信 拍拍贷 捷信 招联 分期乐 安逸花 人人贷 玖富 你我贷"
)
#: Services by name, alone or before what they do.
_BRANDS = (
    "顺丰 圆通 中通 申通 韵达 极兔 菜鸟 丰巢 京东 淘宝 天猫 拼多多 美团 饿了么 滴滴 携程 支付宝 "
    f"链家 贝壳 中国移动 中国联通 中国电信 移动 联通 电信 {LENDERS}"
)
#: Of these, what people are called too: with a mobile number it is somebody one knows.
_ALSO_NICKNAMES = ("滴滴", "贝壳", "菜鸟", "天猫", "宜信", "玖富")
#: Of banks and insurers; alone they may be anything.
_BEFORE_BANK = "中国 工商 建设 农业 交通 招商 平安"

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严魏陶姜戚谢邹柏窦章苏潘葛奚范彭郎鲁"
    "韦马方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬常于傅皮卞齐伍余卜顾孟黄穆萧尹姚邵湛汪"
    "祁毛狄明臧戴谈宋茅庞熊纪舒屈项董梁杜阮蓝闵席季麻强贾路危童颜郭梅盛林刁钟徐邱骆高夏蔡田樊"
    "胡凌霍虞柯管卢莫房裘缪解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆翁荀惠曲封储靳段焦巴牧隗"
    "车侯班仰秋仲伊宫宁仇甘厉祖武符刘景詹束龙叶幸司韶黎薄白怀从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍"
    "闻党翟谭贡劳申扶堵冉宰雍桑牛寿边扈燕冀尚农温别庄晏柴瞿阎慕连习艾鱼向易慎戈廖庾耿文寇欧蔚"
    "师聂晁辛阚简饶曾沙关查游肖闫付代涂岳邸雒"
)
#: Surnames with which shops like to begin their names: 金源, 万家.
_SURNAMES_OF_SHOPS = (
    "金万华安康成江和乐平全荣古云利东居容满隆丰红步花越融冷昌元时米贝祝支山谷双桂衡都弘匡国广"
    "阙沃巩敖帅位后荆禹水苗凤印喻娄伏计终"
)
_LONG_SURNAMES = "欧阳|上官|诸葛|司马|司徒|皇甫|尉迟|慕容|令狐|夏侯|公孙|宇文|长孙|端木|南宫"
#: A surname, 小李, 老王, 张师傅, 王姐: no shop is called that.
_A_PERSON = re.compile(
    r"[小老阿大].{1,2}|.{1,4}(?:师傅|老师|医生|大夫|护士|[哥姐叔姨嫂总]|经理|老板|同学|同事)|."
)
#: Begins as a full name does, whatever follows: 王伟, and 王伟家电.
_LIKE_A_NAME = re.compile(rf"[{_SURNAMES}]|{_LONG_SURNAMES}")
#: As long as a full name too, with a surname that shops like.
_PERHAPS_A_NAME = re.compile(rf"[{_SURNAMES_OF_SHOPS}].{{1,2}}")
#: Characters of a Chinese name, a long surname included.
_LONGEST_FULL_NAME = 4
#: How the words for shops end of which no relative is said to have one.
_OF_SHOPS = "店庄楼馆"
_KNOWN = frozenset(f"{_BRANDS} {_BEFORE_BANK}".split())
_SORTED_FIRST = re.compile(r"^[a0-9]+ ?(?=[^a-z0-9])")


def kind_of(contact: Contact) -> tuple[ContactKind, str]:
    """What the contact is, and the reason, one English sentence."""
    if any((found := kin(name)) and found.relation != "generic" for name in contact.names):
        return ContactKind.PERSON, _PERSON
    kinds = [phone.kind(number) for number in contact.numbers]
    is_mobile = NumberKind.MOBILE in kinds
    if not is_mobile and _are_of_services(contact, kinds):
        return ContactKind.SERVICE, _BY_NUMBERS
    if contact.names and all(_is_shop(name, is_mobile=is_mobile) for name in contact.names):
        return ContactKind.SERVICE, _BY_NAME
    if _is_organisation_alone(contact):
        return ContactKind.SERVICE, _BY_CARD
    return ContactKind.PERSON, _PERSON


def _are_of_services(contact: Contact, kinds: list[NumberKind]) -> bool:
    also = [number.kind for text in contact.also for number in phone.read(text, "CN")[0]]
    return bool(kinds or also) and _OF_SERVICES.issuperset([*kinds, *also])


def _is_shop(name: str, *, is_mobile: bool) -> bool:
    """Whether that is what a shop, a service or an organisation is called."""
    plain = _SORTED_FIRST.sub("", simplified(words(name)))
    if plain in _BRANDS.split():
        return not (is_mobile and plain in _ALSO_NICKNAMES)
    before, is_shop = _before(plain, _SHOP)
    if not is_shop:
        before, is_agent = _before(plain, _AGENT)
        if not is_agent or (is_mobile and before and before not in _KNOWN):
            return False
    if kin(before):  # 妈妈鱼庄 is a shop, 妈妈公司 where she works
        return plain[-1] in _OF_SHOPS
    return not before or before in _KNOWN or not _may_be_somebody(before, is_mobile=is_mobile)


def _before(name: str, ending: re.Pattern[str]) -> tuple[str, bool]:
    """What stands before one or several such endings, and whether there is one."""
    before = name
    while found := ending.search(before):
        before = before[: found.start()]
    return before, before != name


def _may_be_somebody(before: str, *, is_mobile: bool) -> bool:
    """Whether what stands before the word for a shop may be somebody who works there."""
    first = before.split(maxsplit=1)[0]
    if _A_PERSON.fullmatch(first):
        return True
    if first.isascii():  # Grand Hotel, but Amy保险
        return is_mobile or before == first
    if (is_mobile or before != first) and _PERHAPS_A_NAME.fullmatch(first):
        return True
    return _LIKE_A_NAME.match(first) is not None and first not in CITIES.split()


def _is_organisation_alone(contact: Contact) -> bool:
    """Whether all that is known of somebody is what an organisation is called."""
    organisations = {part.organisation for part in contact.parts}
    is_described = any(part.title or part.nicknames or part.relations for part in contact.parts)
    return (
        contact.name != ""
        and not is_described
        and organisations.issuperset(contact.names)
        and not any(map(_is_somebodys, contact.names))
    )


def _is_somebodys(name: str) -> bool:
    """Whether it is as long as a full name and begins like one, or is said of people alone."""
    is_full = _LIKE_A_NAME.match(name) is not None and len(name) <= _LONGEST_FULL_NAME
    return is_full or _A_PERSON.fullmatch(simplified(words(name))) is not None
