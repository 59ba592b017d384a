"""What a reply asks of us: the text somebody wrote goes in, its meaning comes out.

A reply is tidied and cut into clauses. A wish to get no more must be a whole clause, so that what
only mentions one ("I told them to stop") is none; of collectors a reply may tell anywhere. What is
not surely one of these is `OTHER`, for the borrower reads every reply.
"""

from __future__ import annotations

import re
import unicodedata

from kit.model import Meaning

#: More Chinese characters and words than this, or more characters, are a letter: it is only read.
_MOST, _MOST_CHARACTERS = 40, 400

_HAN = "㐀-鿿"

#: The characters of the rules, from the traditional script into the simplified one.
_SIMPLIFIED = str.maketrans(
    "訂閱發給別聯繫係認識號碼電話債錢換誰錯們說講貸嗎謝請這個覆複續擾騷煩還沒對機會訊"
    "簡報舉來罵脅嚇後時從刪裡問傳為甚麼經處與將關間讓總繼單剛連絡學許準復遠類廣無樣"
    "陳張劉楊黃趙吳孫馬鄭馮鄧蕭葉蔣羅盧鍾蘇呂賈鄒譚閻陸賴龍萬親屬爺媽"
    "東嚴湯賀閆韋韓顧龔兒幾亂幫並應現著種絕網討訴邊門騙願攪該掛點撥鎖鬧務財莊帳賬繳檢託妳裏於數誤",
    "订阅发给别联系系认识号码电话债钱换谁错们说讲贷吗谢请这个复复续扰骚烦还没对机会讯"
    "简报举来骂胁吓后时从删里问传为什么经处与将关间让总继单刚连络学许准复远类广无样"
    "陈张刘杨黄赵吴孙马郑冯邓萧叶蒋罗卢钟苏吕贾邹谭阎陆赖龙万亲属爷妈"
    "东严汤贺闫韦韩顾龚儿几乱帮并应现着种绝网讨诉边门骗愿搅该挂点拨锁闹务财庄账账缴检托你里于数误",
)

#: What Hong Kong writes in its own words, and the common word; the first that fits counts.
_CANTONESE = {
    "唔好意思": "不好意思",
    "唔好": "不要",
    "唔使": "不用",
    "唔该": "谢谢",
    "[系是](?:唔系|咪)": "是不是",
    "唔系": "不是",
    "唔识(?=[你佢呢,]|$)": "不认识",
    "唔": "不",
    "咪(?=再|发|打|传|找|搵)": "别",
    "佢哋": "他们",
    "佢": "他",
    "(?<=[你我])哋": "们",
    "呢(?=[个度])": "这",
    "边个": "谁",
    "边位": "哪位",
    "冇": "没有",
    "[俾畀]": "给",
    "嚟": "来",
    "搵": "找",
    "[咗喇]": "了",
    "嘅": "的",
    "嘢": "东西",
    "(?<![电的])话(?=[你我佢])": "说",
    "点算": "怎么办",
    f"(?<=[{_HAN}]) ?send ?|send ?(?=[{_HAN}])": "发",
}
_CANTONESE_WORD = re.compile("|".join(f"({word})" for word in _CANTONESE))
_COMMON_WORDS = tuple(_CANTONESE.values())

#: What the rules below have in common, by the name that stands for it there.
_PARTS = {
    "<HAN>": f"[{_HAN}]",
    "<NO>": "(?:别|不要|勿|不用|不必|不需要|无需|不准|不许|停止|甭)<AGAIN>",
    "<NOT>": "(?:别|不要|勿|不准|不许|停止)<AGAIN>来?",
    "<AGAIN>": "(?:再|继续|总|老|一直|乱)*",
    "<ME>": "(?:(?:给|跟|和|向|对|往|与)?我们?(?:这里|这儿|这)?)?",
    "<TEXT>": "(?:任何|这些|这种|这个|这类|这样的?|此类|类似的?|垃圾|的)*"
    "(?:短信|短讯|信息|消息|讯息|简讯|通知|东西|内容)?(?:过?来)?",
    "<END>": "(?:了|啦|呢|吗)*",
    "<NUMBER>": "(?:手机|电话|联系方式)?(?:号码|号)?",
    "<DONT>": "(?:do not|dont|never|stop|quit|no need to)(?: ever)?",
    "<TO ME>": "(?: to)?(?: me| us| this number| my number)?",
    "<MORE>": "(?: any| more| of| these| this| such| further| your)*",
    "<TEXTS>": "(?: texts?| messages?| sms| msgs?| stuff| anything)",
    "<EVER>": "(?: any ?more| again| ever| from now on| from you)*",
    "<I WANT>": "(?:i |i would |id |let me |how do i |how can i )?(?:want to |like to |wish to )?",
    "<SORRY>": "(?:你好(?!像)|您好|喂|不好意思|对不起|抱歉|哦|嗯|啊|sorry )*",
    "<ITS NUMBER>": "(?:这[个支]?|该|我这|我的)?(?:手机|电话|手机号|电话号|号)码?",
    "<PERHAPS>": "(?:是不是|应该|好像|可能|肯定|是)*",
    "<NOW>": "(?:现在|早就|已经|早|已)*",
    "<HIS>": "(?!你|您|我|他们)<HAN>{1,4}?的",
    "<SURNAME>": "["
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于"
    "蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯"
    "龙史陶贺顾毛郝龚邵万钱严赖覃武戴莫孔向汤小老阿]",
    "<CHASING>": "(?:催收|催债|催款|催账|催缴|讨债|要债|追债|追数|收数|骚扰|恐吓|威胁|网贷|"
    "贷款公司|财务公司|地下钱庄)",
    "<OF THEM>": "(?:公司|平台|佬|的人|的)*(?:打来的?|[发传]来的?)?",
    "<WHO>": "(?:(?<!没)(?<!没有)有(?:个|一个|几个)?人|<CHASING>|他们|她们|对方|自称|平台|"
    "(?:陌生|不认识的?)(?:人|号码|电话)|(?:男|女)的)",
    "<MINE>": "(?:我|公司|单位|家|爸|妈|老[公婆]|学校|你借|你的|你在哪|欠|催债|催款|还钱|贷款)",
    "<A TEXT>": "(?:短信|短讯|简讯|讯息|信息|微信|消息)",
    "<TEXTING>": "[发传]来?<A TEXT>",
    "<YOU HAVE>": "(?:you |u |youve )?"
    "(?:(?:have|got|have got|must have|may have|might have|have reached) )?",
    "<LIST>": "(?:your|the|this|my)(?: \\w+)? ?(?:list|contacts|phone|book|database|records)",
    "<HERE>": "(?: here| mate| sorry| po| hai)*",
    "<OF YOU>": r"\b(?:owed?|loan|debt|lender|collectors?|threat\w*|about you|asking for you)\b",
    "<SOMEONE>": r"\b(?:someone|somebody|people|they|strangers?|(?:an )?unknown number|"
    "(?:a|some) (?:man|woman|guy|company|lender|stranger|people)|"
    "(?:the |a |some |debt |loan )*(?:collectors?|agents?|lenders?))",
    "<RANG>": "(?:called|rang|rung|phoned|texted|messaged|contacted|harassed|threatened|shouted|"
    "visited|(?:keeps?|kept|are|is|was|were|been) "
    "(?:call|ring|phon|text|messag|harass|threaten)ing)",
}


def _rules(lines: str) -> re.Pattern[str]:
    """One pattern of many, each on a line of its own; `#` begins a comment."""
    rules = [line for line in map(str.strip, lines.splitlines()) if line and line[0] != "#"]
    pattern = "|".join(rules)
    while found := re.search("<[A-Z ]+>", pattern):
        pattern = pattern.replace(found[0], _PARTS[found[0]])
    return re.compile(pattern)


#: Said before a wish, and after it; taken off.
_BEFORE = _rules(r"""
    收到了?|好的?(?!烦)|知道了?|明白了?|了解了?|嗯|哦|行吧?|你好|您好|喂|抱歉|对不起|不好意思
    请问|请|麻烦|拜托|求求你|求你|谢谢|多谢|烦死了|好烦|太烦了|真烦|你们?|您|再也|永远|以后|今后
    之后|从今以后|那就|那|就|也|都|还是|千万|可不可以|可以|能不能|能|回复|回|输入
    please\b|pls\b|plz\b|ok\b|okay\b|hi\b|hello\b|hey\b|sorry\b|thanks\b|thank you\b
    thx\b|reply\b|just\b|kindly\b|now\b|so\b|and\b|(?:can|could|will|would) you\b|you can\b
    po\b|paki\b|tolong\b|mohon\b|por favor\b
""")
_AFTER = _rules(r"""
    谢谢了?你?您?|多谢|感谢|麻烦了?|拜托了?|好吗|行吗|可以吗|好不好|行不行|可以不
    吧|啊|呀|哦|喔|哈|嘛|你|您|烦死了|好烦|太烦了|真烦
    \b(?:please|pls|plz|thx|ty|now|ok|okay|po|mate|bro|all|sir|madam|por favor|gracias|dong|ya)
    (?<!no )\b(?:thanks|thank you)
""")

#: Count only as the whole message; T, TD and R are what mass texts in China ask for.
_STOP_WORDS = _rules(r"""
    t|td|r|(?:退订)+|退定|退|停|停止|取消|拒绝|不想|(?:不要|不用|不必|不需要|不想要)了?|tuiding
    stop|stopall|stop all|stop it|stop this|unsubscribe|unsub|end|quit|cancel|revoke|optout|opt out
    no more|no thanks|no thank you|not interested
    # Spanish, Indonesian, Tagalog, Hindi
    alto|baja|cancelar|parar|basta|no mas
    berhenti|batal
    itigil|tigil|tama na
    band karo|band kar do|bas karo
""")

#: Each is a whole clause.
_NO_TEXTS = _rules(r"""
    我?也?(?:要|想|申请|帮我|给我|怎么|怎样|如何)*(?:退订|拒收|取消订阅|解除订阅)<TEXT><END>
    我?<NO><ME>(?:群发|发送|发来|发给|发|传送|传来|传给|传|联系|联络|通知|推送)<ME><TEXT><ME><END>
    我?<NO><ME>(?:打扰|打搅)<ME><END>|勿扰|免打扰|我?不想再?被(?:你|您)?(?:打扰|打搅|骚扰|联系)了?
    我?也?(?:不|不想|不愿意?|不希望|拒绝|<NO>)<AGAIN>(?:收到|收|接收|接到|看到)[你您]?<TEXT><END>
    [把将]我的?<NUMBER>(?:删了?|删除|删掉|移除|移出|拉黑)|(?:删除|删掉|删了|移除)我的?<NUMBER>
    我?也?(?:别|不要|勿|不用|不必)再寄<ME>(?:信|邮件|<A TEXT>)?<ME><END>
    [把将]我从<HAN>{0,4}(?:名单|清单|列表)[中里上]?(?:移除|删除|删掉|删了|拿掉)
    再<ME>(?:发|传|寄|联系)(?:我|<A TEXT>)*就?(?:要|会|把你)?(?:拉黑|封锁|报警|举报|检举|投诉)
    # English
    <DONT> (?:text|texting|messag\w+|msg|sms)<TO ME><MORE><TEXTS>?<TO ME><EVER>
    <DONT> (?:contact|contacting|send|sending|writ\w+)<TO ME><MORE><TEXTS>?<TO ME><EVER>
    <DONT> (?:bother\w*|e ?mail\w*|spam\w*|harass\w*)<TO ME><MORE><TEXTS>?<TO ME><EVER>
    no (?:more|further) (?:texts?|messages?|sms|msgs?|contact)<TO ME><EVER>
    (?:remove|take|delete|drop) (?:me|my (?:phone )?number|this number)(?: off| out)?
    (?:remove|take|delete|drop) (?:me|my (?:phone )?number) (?:off|from) <LIST>
    <I WANT>(?:opt(?: me)? out|unsubscribe(?: me)?)(?: of (?:this|these|texts?|messages?))*
    i (?:do not|dont|no longer) want(?: to (?:get|receive))?<MORE><TEXTS><EVER>
    i (?:do not|dont) want to (?:hear|be (?:texted|messaged|contacted|bothered))<EVER>
    leave me alone|lose my number
    # Spanish
    no me (?:escribas?|escriban|contactes?|mandes?|manden|envies?|envien)(?: mas| nada| mensajes)*
    no mas mensajes|dejen? de (?:escribirme|molestarme|contactarme)
    (?:quiero )?(?:darme|denme) de baja
    # Indonesian
    jangan (?:kirim|sms|hubungi|ganggu)(?: pesan| sms)?(?: saya| aku| ke saya)?(?: lagi)?
    berhenti (?:berlangganan|kirim|mengirim)(?: pesan| sms)?
    # Tagalog
    (?:huwag|wag) (?:mo |nyo |ninyo )?(?:na )?(?:akong |ako )?(?:i ?text|mag ?text|kontakin)
    # Hindi
    (?:mujhe )?(?:(?:sms|message|msg) )?mat (?:bhejo|karo|bhejna|karna)(?: sms| message| msg)?
    (?:mujhe )?(?:sms|message|msg)(?: bhejna| karna)? band (?:karo|kar do|kijiye)
""")

#: The same of calls, which collectors make: meant for them where the reply speaks of them.
_NO_CALLS = _rules(r"""
    我?<NOT><ME>(?:打电话|打来|打|来电|骚扰|烦|找)<ME>(?:的?电话)?<ME><END>
    <DONT> (?:call|calling|ring|ringing|phone|phoning)<TO ME><EVER>
""")
_THIRD_PERSON = _rules(r"""
    他|她|有人|催收|对方|那些人|平台|骗子
    \b(?:they|them|he|him|she|her|collectors?|someone|somebody|people)\b
""")

#: The reply repeats what somebody tells, or will tell, somebody else.
_QUOTES = _rules(r"""
    (?<![给跟同对和向])我(?:会|就|要|已经|也|都|刚|直接)*[说讲回]
    我(?:会|就|要|已经|也|都|刚|直接)*[跟同对和给回](?:他|她|催收|对方|人家|那边).{0,3}[说讲]
    告诉(?:他|她|催收|对方|人家)|[叫让跟同对回](?:他|她|催收|对方|人家)们?.{0,2}[说讲]
    (?<![乱胡瞎])(?:说|讲|写着|回复)$|这句话?
    \bi(?: will| ll| shall| would| did| just| already)* (?:say|said|tell|told|answer\w*|repl\w+)\b
    \bill (?:just )?(?:say|tell|answer|reply)\b|\btell (?:them|him|her)\b
    ^(?:just |only |to )?say\b|\b(?:say|said|says|saying)$
""")

#: Each is a whole clause. To ask who we are is no such thing: a friend may not have our number.
_WRONG = _rules(r"""
    <SORRY>(?:你们?|您)?<PERHAPS>[发传寄打拨找搞弄加认]错(?:人|号码|号|电话)?[了啦吧哦啊呀]*
    (?:号码|电话|号)[发打搞弄]?错误?[了啦吧]*|<SORRY>[你您]?要?找(?:谁|哪位|哪个)[啊呀呢]?
    <SORRY>我?(?:并|也)?不认识(?!他|她|那|对方|催|打|我|字|路)(?!.*的)<HAN>{0,5}
    (?:我|本人)?并?不是(?:本人|机主|这个人|[他她]本人|[你您]要?[找说]的(?:那个)?人?)
    我并?不是<SURNAME><HAN>{1,2}(?<![了的吗])
    非(?:本人|机主)|查无此人|我?们?(?:这里|这儿|这)?没有?(?:这个人|此人|这人)
    <ITS NUMBER><NOW>不(?:是|属于)<HIS><NUMBER>了?|这?不是<HIS>(?:手机|电话|号码|手机号码?|号)了?
    <ITS NUMBER>(?:现在|已经|早就)+是我(?:的|在用)了?|(?![你您我])<HAN>{1,3}?<NOW>不用这个<NUMBER>了
    (?:<ITS NUMBER>|机主|原机主|他|她)?<NOW>换(?:号码?|人|主人|机主)用?了
    (?:<ITS NUMBER>|机主|原机主|他|她)?<NOW>换了(?:人|主人|机主|(?:手机|电话)?号码?)
    # English
    <SORRY>(?:i think |maybe )?<YOU HAVE>(?:the |a )?wrong (?:number|person|guy)<HERE>
    <SORRY>(?:i )?(?:do not|dont) know (?:you|this person)
    <SORRY>(?:i )?(?:do not|dont) know any(?:one|body)?(?: called)? (?!\w*collector|of)\w+(?: \w+)?
    <SORRY>(?:this is |its )?(?:not|no longer) (?:his|her|their) (?:number|phone)(?: any ?more)?
    <SORRY>this (?:is not|isnt) (?:his|her|their|\w+s) (?:number|phone)(?: any ?more)?
    # Spanish, Indonesian, Hindi, Tagalog
    numero equivocado|salah (?:sambung|nomor|orang)|galat number(?: hai)?|maling numero(?: po)?
""")

#: Tells of a call or text by collectors.
_TOLD = _rules(r"""
    [接收]到?[^没]{0,8}?<CHASING><OF THEM>(?:电话|来电|<A TEXT>)
    [接收]到.{0,6}(?:电话|<A TEXT>).{0,8}你.{0,4}(?:欠|借|贷|还钱|不还)
    (?<!没)(?<!没有)有<CHASING><OF THEM>(?:打|发|传|来|电话|短信|找|上门)
    <WHO>.{0,10}(?:打|来电|骂|威胁|恐吓|催|<TEXTING>|上门|找到|找上).{0,8}<MINE>
    <WHO>.{0,8}给我们?.{0,2}[打发传].{0,8}(?:电话|<A TEXT>)
    <WHO>.{0,6}(?:打|来电).{0,4}催(?:[我你您]?$|了)
    <WHO>.{0,4}(?:打|来|上门).{0,6}(?:讨债|要债|追债|追数|收数|催缴)
    <WHO>.{0,4}(?:问我|来问|打听)?.{0,3}(?<!听)说?你(?:欠|借了?钱|贷款|不还|在哪)
    # English
    <SOMEONE>(?: (?!not|never)\w+){0,4}? <RANG>\b(?! you\b| the wrong)
    \b(?:got|get|getting|received|had) (?:\w+ ){0,3}?(?:calls?|texts?|messages?)\b.*<OF YOU>
    \bcollectors?(?: wont stop| keep| are)\b
""")
#: It has not happened: a question what to do, or what somebody would do.
_NOT_YET = _rules(r"""
    如果|要是|万一|假如|一旦|的话|没人|没有人|没接到|没收到|会不会|怎么办|别让|再有人
    我(?:就|会|一定|肯定)(?:挂|说|告诉|报警|拉黑|不理|拒绝)(?!了|掉了)
    \b(?:if|in case|nobody|no one|noone|whenever|will|would|might|hasnt|havent|didnt)\b
    \b(?:has|have|did) not\b
""")


def meaning(text: str) -> Meaning:
    """What the reply asks of us; of several, the first of wrong person, opt-out and harassed.

    Whoever has the wrong person speaks for their own number only, and gets nothing more there; an
    opt-out speaks for the person, on every channel.
    """
    whole, clauses = _clauses(text)
    if not whole or _is_long(whole):
        return Meaning.OTHER
    if any(map(_WRONG.fullmatch, clauses)):
        return Meaning.WRONG_PERSON
    if _opts_out(whole, clauses):
        return Meaning.OPT_OUT
    if _TOLD.search(whole) and not _NOT_YET.search(whole):
        return Meaning.HARASSED
    return Meaning.OTHER


def _opts_out(whole: str, clauses: list[str]) -> bool:
    if _ONLY_STOP_WORDS.fullmatch(_bare(whole)):
        return True
    if any(map(_QUOTES.search, clauses)):
        return False
    wishes = [_bare(clause) for clause in clauses]
    if any(map(_NO_TEXTS.fullmatch, wishes)):
        return True
    return not _THIRD_PERSON.search(whole) and any(map(_NO_CALLS.fullmatch, wishes))


def _bare(clause: str) -> str:
    """The clause without what is said before and after a wish."""
    lead = _LEAD.match(clause)
    return _TRAIL.sub("", clause[lead.end() :] if lead else clause)


_LEAD = re.compile(f"(?:(?:{_BEFORE.pattern}) ?)+")
_TRAIL = re.compile(f"(?: ?(?:{_AFTER.pattern}))+$")
_ONLY_STOP_WORDS = re.compile(f"(?:{_STOP_WORDS.pattern})(?: (?:{_STOP_WORDS.pattern}))*")


def _clauses(text: str) -> tuple[str, list[str]]:
    """The whole without marks, and the whole with its clauses; in Chinese a blank may part them."""
    parts = [part for part in _plain(text).split(",") if part.strip()]
    pieces = [piece for part in parts for piece in part.split() if re.search(f"[{_HAN}]", piece)]
    whole = _words(" ".join(parts))
    return whole, [whole, *map(_words, parts), *map(_words, pieces)]


def _plain(text: str) -> str:
    """Letters and digits in one form, small, simplified and in common words; marks are commas."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    simplified = "".join(map(_sign, folded)).translate(_SIMPLIFIED)
    return _CANTONESE_WORD.sub(_common_word, simplified)


def _common_word(cantonese: re.Match[str]) -> str:
    return _COMMON_WORDS[(cantonese.lastindex or 0) - 1]


def _sign(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "LN":
        return character
    if category[0] == "M" or character in "'’":
        return ""
    return "," if character == "\n" or category in ("Po", "Ps", "Pe", "Pi", "Pf") else " "


def _words(clause: str) -> str:
    """The words with single blanks; Chinese has none inside, but one where Latin letters begin."""
    spaced = re.sub(f"(?<=[{_HAN}])(?=[a-z0-9])|(?<=[a-z0-9])(?=[{_HAN}])", " ", clause)
    return re.sub(f"(?<=[{_HAN}]) (?=[{_HAN}])", "", " ".join(spaced.split()))


def _is_long(whole: str) -> bool:
    words = re.findall(f"[{_HAN}]|[^ {_HAN}]+", whole)
    return len(whole) > _MOST_CHARACTERS or len(words) > _MOST
