"""Words that matter: what was said goes in; the words of an office or of a threat come out.

Careful rather than complete: words that are lawful to say (a suit, a lawyer, a credit record) are
none. `tests/test_heard.py` has what must be found and what only looks so.
"""

from __future__ import annotations

import re
import unicodedata

#: The characters of the tables below in the script of the mainland; only one character for one.
_SIMPLE = str.maketrans(
    "這裡裏邊們哋機關廳縣門說稱來為監銀員網經偵長檢廠區鎮訴總處國偽裝單親殺斷腳條潑糞圖發佈給讓沒"
    "丟燒爺媽兒領導煩鬧鎖滿貼遺靈隱錄訊絡聯廢係妳寧鄰學請託認備報會將書傳決對話電義號眾佔"
    "頭還錢壽開墳掛橫轟綁賣帶車稅務辦詐證紙幣個幾殘",
    "这里里边们们机关厅县门说称来为监银员网经侦长检厂区镇诉总处国伪装单亲杀断脚条泼粪图发布给让没"
    "丢烧爷妈儿领导烦闹锁满贴遗灵隐录讯络联废系你宁邻学请托认备报会将书传决对话电义号众占"
    "头还钱寿开坟挂横轰绑卖带车税务办诈证纸币个几残",
)

_OFFICES = (
    "公安(?:厅|局|机关|分局)?(?!县|路|街|大学|学院|小区)|派出所|警察(?:局|署)?|[民网刑特]警|警[官员方署局]|员警|"
    "经侦(?:大队|支队)?|(?:人民)?(?:法院|法庭)(?!路|街)|法官|(?:人民)?检察[院官署长]|地检署|"
    "司法(?:[局厅部所]|机关)|政府(?!路|街|采购|大楼)|人民银行(?!大厦|大楼)|银保监[会局]?|[银证]监[会局]|"
    "金融(?:监管|监督管理)(?:总?局)?|网信办|街道办(?:事处)?|反诈中心|税务局|信访[局办]|政法委|"
    "公检法|法警|[高中]院(?!校)|执行[局庭]"
)
#: After an office, what makes it something else than where the speaker belongs.
_NO_OFFICE_AFTER = (
    "(?!的?(?:传票|判决|文书|通知|被告|朋友|亲戚|家属|同学|邻居|名义|门口|旁边|隔壁|号|电话))"
    "(?!门|见|起诉|判|裁|委托|授权|合作|指定|认可|备案|会|要|将|已|正|就|备|立案|报|传|附近|对面)"
)
#: Whoever speaks says what they are; no verb stands between.
_WITHIN = "[^，。！？；、,.!?;:：\\s不没无要会去到找被给让把向受托在请跟和与将告诉报起警]{0,12}?"
_I_AM = (
    "(?<!以为)(?<!如果)(?<!假如)(?<!要)(?<!我说)(?<!我说：)(?<!我说，)"
    "(?:我们?|我方|我们?这[里边]|这[里边]|本人|俺们?|咱们?)[是系](?!从|通过|按|根据|听)"
)
_CALLED_THEMSELVES = (
    "(?:自称|冒充|假冒|假装|伪装)[是为成]?|[说称](?:他|她|自己|他们|她们|对方)?[是系]"
)
_ENGLISH_OFFICE = (
    "(?:police|courts?|prosecutors?|public prosecutor|judge|magistrate|bailiff|sheriff|"
    "government|ministry of [a-z]+|law enforcement|public security)"
    "(?! (?:case|date|order|summons|papers?|notice|hearing|report|station soon|street|road|hotel))"
)
#: A clause of its own that says nothing else: “派出所的”, “我法院工作人员”.
_OF_AN_OFFICE = (
    f"(?:^|(?<=[，。！？；,.!?;\\s]))我?(?:{_OFFICES})"
    "(?:的|的?(?:民警|警官|法官|工作人员))(?=$|[，。！；,.!;\\s])"
)
_SAYS_THEY_ARE = re.compile(
    f"(?:{_I_AM}|{_CALLED_THEMSELVES}){_WITHIN}(?:{_OFFICES}){_NO_OFFICE_AFTER}|{_OF_AN_OFFICE}"
    r"|\b(?:i am|i'm|we are|we're|this is|calling from|(?:claim(?:s|ed|ing)?|pretend(?:s|ed|ing)?) "
    r"to be|(?:said|says) (?:he|she|they) (?:is|was|are|were))"
    r"(?: (?!not\b|no\b|going\b|taking\b|to\b|filing\b|reporting\b|about\b|you\b|your\b|suing\b"
    rf"|seeing\b|calling the\b|at\b)[a-z'-]+){{0,4}}? {_ENGLISH_OFFICE}\b"
)
_IS_AN_OFFICE = re.compile(
    f"(?<!不是)(?<!非)(?:{_OFFICES})(?!的?(?:朋友|亲戚|家属|旁边|隔壁|门口)|委托|授权|合作|指定)"
    rf"|\b(?<!not )(?<!food ){_ENGLISH_OFFICE}\b"
)

_WHOSE = "(?:你|您|他|她|你们|他们)?(?:的)?"
_KIN = (
    "(?:全家|一家人?|家里?人|家|父母|爸妈|爸爸?|妈妈?|孩子|儿子|女儿|老婆|老公|亲人|亲戚|朋友|"
    "单位|公司|领导|同事|村里?|亲友|父亲|母亲|弟弟?|妹妹?|哥哥?|姐姐?|爷爷|奶奶)"
)
_YOURS = "(?:你|您|他|她)(?:们)?的?"
_PERSON = "(?:父母|爸妈?|妈|孩子|儿子|女儿|老婆|老公|家里?人|全家)"
_PLACE = "(?:家|公司|单位|村|学校|小区)(?:里|门口)?"
_EVERYBODY = (
    "(?:全村|整个村|全小区|街坊|邻居|左邻右舍|亲朋好友|亲戚朋友|亲友|同事|全公司|全单位|"
    "所有(?:人|亲友|联系人|朋友)|通讯录)"
)
_LIMB = "(?:手|脚|腿|胳膊)"
_NUDES = "(?:裸照|艳照|遗照|遗像|灵堂照?|黑白照)"
_FUNERAL = "(?:花圈|寿衣|棺材|骨灰盒|冥币|纸钱)"
_RUIN = (
    "死(?!心|板|记|活|机)|陪葬|不得安宁|不得好死|没好日子过|抬不起头|身败名裂|[待混]不下去|"
    "家破人亡|妻离子散|上不了[学班]|丢人|没脸"
)
_WHERE = "(?:网上|抖音|朋友圈|村里|群里)"
_SPREAD = "(?:群发|发给|发到|发朋友圈|曝光|散布)"
_THREATS = (
    # to somebody
    "(?:弄死|整死|搞死|砍死|捅死|剁了|杀死|杀了)(?:你|您|他|她)?",
    f"(?:打|揍)死(?!都|也|不|没|我(?:都|也|不)){_WHOSE}",
    f"(?:打|砍|剁|敲|折)[断残瘸]{_WHOSE}{_KIN}?的?.?(?:{_LIMB}|狗腿)",
    f"(?:卸|废)(?:了|掉)?{_WHOSE}(?:一?[条只])?{_LIMB}",
    "[打弄搞][残瘸](?:你|您|他|她)|废[了掉](?:你|您|他|她)(?!的?(?:卡|号|账))",
    f"剁[掉了]?(?:你|您|他|她)的?{_LIMB}|揍(?:你|您|他|她)|见(?:你|您)一次打(?:你|您)?一次",
    f"(?:砍|捅|杀)(?:了)?(?:你|您|他|她){_KIN}?|割[你您他她].{{0,3}}肾|让{_YOURS}坐.{{0,2}}轮椅",
    f"把{_YOURS}{_KIN}?的?.?{_LIMB}.{{0,2}}[打砍剁敲][断了]|[带拿提]着?刀.{{0,4}}[去到来找上]",
    f"社会上?的?(?:人|兄弟).{{0,3}}(?:找|收拾|弄){_YOURS}|{_YOURS}{_KIN}.{{0,2}}别想好过",
    "[找叫喊让](?:几个)?(?:人|兄弟们?)[去来]?(?:弄|收拾|搞|打|砍)[你您他她](?!.{0,6}(?:电话|手机))",
    f"弄{_YOURS}{_PERSON}",
    f"要(?:{_YOURS})?狗命|要{_YOURS}命(?![令运题名])|[让被](?:车|人)撞死",
    f"让{_WHOSE}{_KIN}?(?:在.{{1,4}})?(?:{_RUIN})",
    f"(?:灭|杀){_WHOSE}(?:满门|全家)|[要给让](?:你|您|他|她)(?:们|全家)?好看(?![的一到懂清])",
    f"把{_YOURS}{_PERSON}.{{0,2}}(?:卖|绑|抓走|带走)|绑[架了走]?{_YOURS}{_PERSON}|抓{_YOURS}{_PERSON}.{{0,3}}抵债",
    f"(?:找|给){_WHOSE}{_KIN}?(?:们)?的?麻烦(?!你|您|转|帮|告|通|联|给|让|一下|了)",
    f"(?<!请)小心{_WHOSE}(?:狗命|{_KIN})(?=$|[，。！,.!\\s]|出门|出事|被|上学|放学|的安全)",
    # at home or at work
    f"[到去上](?:{_WHOSE}{_KIN}|{_KIN}|学校){_WHOSE}(?:里)?闹",
    "上门(?:去)?闹",
    f"(?:泼|倒)(?:{_YOURS})?(?:{_PLACE}|大门)?[红大]?油?(?:漆|粪|屎|尿)|油漆.{{0,4}}[喷泼]|喷.{{0,4}}[油红]漆",
    f"堵{_WHOSE}(?:家)?(?:锁眼|大门|家门)|[去到]{_YOURS}{_PLACE}堵",
    "(?:烧|砸)(?:了)?(?:你|您|他|她)(?:的)?(?:们)?(?:家|房子|店|车)",
    f"[送寄摆].{{0,6}}{_FUNERAL}|{_FUNERAL}.{{0,4}}[送寄摆]",
    "[刨挖掘].{0,4}祖坟|祖坟.{0,4}[刨挖掘]",
    f"让{_WHOSE}(?:丢|没)了?工作|搞(?:丢|没|掉){_WHOSE}工作",
    f"让(?:{_YOURS})?(?:老板|领导|公司|单位)(?:开除|辞退)(?:你|您|他|她)",
    # of making public
    "[拉挂]条?横幅|贴大字报|喇叭.{0,6}[喊播]",
    "p(?:你的?|他的?|她的?)?(?:图|照片|裸照|遗照).{0,4}(?:发(?!现|生)|曝光|散布)",
    f"{_NUDES}.{{0,6}}(?:{_SPREAD}|寄)|发(?:{_YOURS})?{_NUDES}|(?:p[成到个在]|做成|改成).{{0,3}}{_NUDES}",
    f"(?:群发|曝光){_WHOSE}(?:通讯录|裸照|照片|隐私|身份证)|曝光(?:你|您|他|她)",
    f"爆{_WHOSE}通讯录(?!的)|{_YOURS}通讯录.{{0,6}}(?:爆|轰炸)|(?:轰炸|打爆){_YOURS}通讯录",
    f"[给向]{_YOURS}通讯录.{{0,8}}发|呼死(?:你|您|他|她)|人肉(?:搜索)?(?:你|您|他|她)",
    f"让{_WHOSE}(?:身边|周围)?的?{_EVERYBODY}.{{0,4}}知道(?!对|也|不|会|情况)",
    f"告诉{_WHOSE}(?:全村|整个村|全小区|全公司|全单位|左邻右舍)|贴满{_YOURS}|让{_YOURS}(?:在.{{1,6}})?出名",
    f"把{_YOURS}(?:照片|信息|隐私|身份证|欠钱的事).{{0,6}}(?:贴满|曝光|挂到?网上|发到{_WHERE})",
    f"公布{_YOURS}(?:照片|隐私|裸照)",
)
#: What makes such words none, in the same clause before them: a denial, a fear, a case.
_NO_THREAT_BEFORE = re.compile(
    "不会|不是说|没有?(?:人|说)|怕(?:我|他|有人|被)|(?:如果|要是|若)有人"
)
_CLAUSE = re.compile("[，。！？；,.!?;\\s]")
#: So much before them is looked at.
_CLAUSE_LENGTH = 40
_ANYBODY = (
    "(?:you|him|her|them|your (?:family|wife|husband|son|daughter|kids?|children|mother|father|"
    "parents))"
)
_THEIR = "(?:your|his|her|their)"
_PICTURES = "(?:photos?|pictures?|nudes)"
_THREATS_IN_ENGLISH = (
    rf"(?:kill|murder|stab|hurt|harm) {_ANYBODY}\b",
    rf"beat {_ANYBODY} (?:up|to death)\b",
    rf"break {_THEIR} (?:legs?|arms?|bones|neck|fingers|hands?)\b",
    rf"burn (?:down )?{_THEIR} (?:house|home|shop|car)\b",
    r"get (?:you|him|her|them) fired\b",
    rf"(?:post|publish|leak|spread) {_THEIR} (?:nude |naked |edited |morphed )?{_PICTURES}\b",
    rf"send (?:{_THEIR}|these|the) (?:nude|naked|edited|morphed) {_PICTURES}\b",
)
_THREAT = re.compile(
    "(?<!不)(?<!没)(?<!别)(?<!不会)(?<!不要)(?<!不得)(?<!不能)(?<!不准)(?<!不许)(?<!没有)(?<!禁止)"
    f"(?<!没说)(?:{'|'.join(_THREATS)})"
    rf"|\b(?<!not )(?<!never )(?<!won't )(?<!n't )(?:{'|'.join(_THREATS_IN_ENGLISH)})"
)


def office(said_they_were: str, said: str) -> str:
    """What they said they were, where that is an authority; else nothing."""
    if _IS_AN_OFFICE.search(_plain(said_they_were)):
        return said_they_were
    return _found(_SAYS_THEY_ARE, said)


def threat(said: str) -> str:
    """The words of a threat to a person, a family, a home or work, or of making public."""
    return _found(_THREAT, said, _NO_THREAT_BEFORE)


def _found(pattern: re.Pattern[str], said: str, no: re.Pattern[str] | None = None) -> str:
    """The words as they were said, unless `no` stands before them; nothing where there are none."""
    plain = _plain(said)
    for found in pattern.finditer(plain):
        clause = _CLAUSE.split(plain[max(0, found.start() - _CLAUSE_LENGTH) : found.start()])[-1]
        if not (no and no.search(clause)):
            return (said if len(plain) == len(said) else plain)[found.start() : found.end()]
    return ""


def _plain(text: str) -> str:
    """In one width, in small letters, and in the script of the mainland."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_SIMPLE).replace("’", "'")
