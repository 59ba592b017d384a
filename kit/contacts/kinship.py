"""Words for relatives: a name goes in, what it is a word for comes out.

A word counts only where it is the whole name: with anything else it names a shop as often as not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kit.contacts.plain_name import cores, key

#: By language and what they are words for; `pinyin` is Chinese in Latin letters. Where a blank is
#: often left out, `_` stands for it.
WORDS: dict[tuple[str, str], str] = {
    ("zh", "parent"): (
        "妈 妈妈 老妈 妈咪 老妈子 我妈 母亲 娘 老娘 妈妈咪 麻麻 马麻 媽 媽媽 老媽 媽咪 我媽 "
        "母親 阿妈 阿媽 阿母 俺娘 俺妈 俺媽 老母 娘亲 孃孃 爸 爸爸 老爸 爹 老爹 爹地 爸比 "
        "我爸 父亲 老头子 粑粑 把拔 父親 阿爸 阿爹 老豆 老窦 老竇 俺爹 俺爸 老汉儿 老漢 "
        "爹爹 亲妈 亲爸 亲爹 爸妈 爸爸妈妈 父母"
    ),
    ("zh", "spouse"): (
        "老公 丈夫 我老公 先生 爱人 愛人 夫君 相公 老婆 妻子 媳妇 媳妇儿 媳婦 我老婆 "
        "老婆大人 老公大人 太太 内人 內人 夫人 娘子 堂客 婆娘 孩子他爸 孩子他妈 孩他爸 "
        "孩他妈 孩子爸 孩子妈 孩子她妈 娃他爸 娃他妈 另一半 枕边人"
    ),
    ("zh", "inlaw"): (
        "媳妇 公公 婆婆 岳父 岳母 丈母娘 老丈人 丈人 外父 外母 公婆 家公 家婆 女婿 儿媳 "
        "儿媳妇 兒媳 嫂子 大嫂 二嫂 姐夫 大姐夫 二姐夫 妹夫 弟妹 弟媳 小姑子 大姑子 小叔子 "
        "大伯子 小舅子 大舅子 小姨子 大姨子 亲家 親家 亲家母 亲家公"
    ),
    ("zh", "partner"): (
        "男朋友 女朋友 男友 女友 对象 對象 未婚夫 未婚妻 亲爱的 親愛的 宝贝 寶貝 宝宝 寶寶 "
        "心肝 达令 恋人"
    ),
    ("zh", "child"): (
        "儿子 兒子 女儿 女兒 闺女 閨女 大儿子 小儿子 大女儿 小女儿 崽崽 囡囡 娃 孩子 老大 "
        "老二 我儿 我女儿 宝贝女儿 宝贝儿子 乖女 仔仔 阿仔 阿囡 囝仔"
    ),
    ("zh", "sibling"): (
        "哥 哥哥 大哥 二哥 三哥 小哥 亲哥 老哥 阿哥 姐 姐姐 大姐 二姐 三姐 小姐姐 亲姐 老姐 "
        "阿姐 家姐 大佬 弟 弟弟 大弟 二弟 小弟 老弟 亲弟 细佬 細佬 妹 妹妹 大妹 二妹 小妹 "
        "老妹 亲妹 细妹 細妹 阿妹 双胞胎"
    ),
    ("zh", "grandparent"): (
        "爷爷 爺爺 奶奶 姥姥 姥爷 姥爺 外公 外婆 公公 婆婆 阿公 阿嬷 阿嬤 阿婆 爷 奶 太爷爷 "
        "太奶奶 祖父 祖母 外祖父 外祖母 嬷嬷 嫲嫲 公 婆 爷爷奶奶 外公外婆"
    ),
    ("zh", "extended"): (
        "大伯 二伯 三伯 伯伯 伯父 大爷 叔叔 大叔 二叔 三叔 小叔 叔父 婶婶 婶子 大婶 嬸嬸 "
        "伯母 伯娘 大妈 舅舅 大舅 二舅 三舅 小舅 舅妈 舅母 妗子 姑姑 大姑 二姑 三姑 小姑 "
        "姑妈 姑媽 姑父 姑丈 姨妈 姨媽 大姨 二姨 三姨 小姨 姨 姨夫 姨父 姨丈 表哥 表姐 表弟 "
        "表妹 堂哥 堂姐 堂弟 堂妹 表叔 表姑 侄子 侄女 姪子 姪女 外甥 外甥女 孙子 孙女 孫子 "
        "孫女 外孙 外孙女 干妈 干爸 干爹 乾媽 乾爸 干儿子 干女儿 继父 继母 后妈 后爸 養父 "
        "养父 养母 四叔 五叔 四姨 五姨 四姑 四舅 大舅妈 二舅妈 小舅妈 大姨夫 二姨夫 小姨夫 大姑父 "
        "二姑父 小姑父 表嫂 堂嫂 大表哥 大表姐 小表弟 小表妹"
    ),
    ("zh", "generic"): (
        "紧急联系人 緊急聯絡人 紧急 緊急聯絡 ice ice_contact sos 监护人 監護人 家人 家里 "
        "家裡 家 家里电话 家里人"
    ),
    ("ja", "child"): "娘 息子 長男 次男 長女 次女",
    ("ja", "sibling"): "弟 妹 兄 姉 お兄ちゃん お姉ちゃん 兄貴 お兄さん お姉さん",
    ("ja", "grandparent"): "祖父 祖母 おじいちゃん おばあちゃん じいちゃん ばあちゃん",
    ("ja", "parent"): (
        "母 お母さん 母さん ママ おかあさん 父 お父さん 父さん パパ おとうさん 両親 実家"
    ),
    ("ja", "spouse"): "夫 妻 旦那 主人 奥さん 嫁",
    ("en", "parent"): "mom mum mommy mummy mama mamma mother dad daddy papa father mom&dad parents",
    ("en", "spouse"): "husband wife hubby wifey spouse",
    ("en", "partner"): (
        "boyfriend girlfriend fiance fiancee fiancé fiancée partner honey babe darling"
    ),
    ("en", "child"): "son daughter",
    ("en", "sibling"): "brother sister bro sis",
    ("en", "grandparent"): "grandma grandpa granny grandad granddad grandmother grandfather",
    ("en", "extended"): "uncle aunt auntie aunty cousin nephew niece",
    ("en", "generic"): "ice1 ice2 ice3 emergency emergency_contact guardian home",
    ("pinyin", "parent"): "mama baba laoma laoba",
    ("pinyin", "spouse"): "laogong laopo",
    ("ko", "parent"): "엄마 어머니 아빠 아버지 부모님 울엄마 울아빠",
    ("ko", "spouse"): "남편 아내 와이프 여보 신랑 마누라 집사람",
    ("ko", "child"): "아들 딸 큰아들 작은아들 큰딸 작은딸",
    ("ko", "sibling"): "형 누나 오빠 언니 동생 남동생 여동생",
    ("ko", "grandparent"): "할머니 할아버지 외할머니 외할아버지",
    ("vi", "parent"): "mẹ má bố ba cha mẹ_yêu",
    ("vi", "spouse"): "chồng vợ chồng_yêu vợ_yêu",
    ("vi", "child"): "con_trai con_gái",
    ("th", "parent"): "แม่ พ่อ",
    ("th", "spouse"): "สามี ภรรยา แฟน",
    ("id", "parent"): "ibu ibuk ayah bapak mamah",
    ("id", "spouse"): "suami istri isteri",
    ("id", "child"): "anak",
    ("id", "sibling"): "kakak adik",
    ("tl", "parent"): "nanay tatay inay itay",
    ("tl", "spouse"): "asawa",
    ("tl", "sibling"): "ate kuya",
    ("es", "parent"): "mamá madre papá padre",
    ("es", "spouse"): "esposo esposa marido",
    ("es", "child"): "hijo hija",
    ("es", "sibling"): "hermano hermana",
    ("es", "grandparent"): "abuela abuelo",
    ("pt", "parent"): "mãe mamãe pai papai",
    ("pt", "child"): "filho filha",
    ("pt", "sibling"): "irmão irmã",
    ("fr", "parent"): "maman père mère",
    ("fr", "spouse"): "mari épouse",
    ("fr", "child"): "fils fille",
    ("fr", "sibling"): "frère sœur soeur",
    ("de", "parent"): "mutti mutter vati vater eltern",
    ("de", "spouse"): "ehemann ehefrau",
    ("de", "child"): "sohn tochter",
    ("de", "sibling"): "bruder schwester",
    ("de", "grandparent"): "oma opa",
    ("it", "parent"): "babbo",
    ("it", "spouse"): "marito moglie",
    ("ru", "parent"): "мама папа мамочка мать отец",
    ("ru", "spouse"): "муж жена",
    ("ru", "child"): "сын дочь",
    ("ru", "sibling"): "брат сестра",
    ("ru", "grandparent"): "бабушка дедушка",
    ("ar", "parent"): "أمي امي ماما أبي ابي بابا والدي والدتي",
    ("ar", "spouse"): "زوجي زوجتي",
    ("ar", "sibling"): "أخي أختي",
    ("tr", "parent"): "anne annem baba babam",
    ("tr", "spouse"): "eşim kocam karım",
    ("hi", "parent"): "माँ मां पापा माता पिता",
    ("hi", "spouse"): "पति पत्नी",
}

#: The same word is a title, a pet name, a name or a brand, or says something else elsewhere.
_AMBIGUOUS = (
    # how one speaks to somebody who need not be family
    "先生 太太 夫人 小姐姐 小哥 大哥 大姐 老哥 老弟 小弟 小妹 大佬 大爷 大叔 大妈 大婶 伯伯 叔叔 "
    "阿公 阿婆 형 누나 오빠 언니 ibu ibuk bapak kakak adik ate kuya uncle aunt auntie aunty "
    "bro sis "
    # pet names, also of children, pets and friends
    "宝贝 寶貝 宝宝 寶寶 亲爱的 親愛的 心肝 达令 honey babe darling 崽崽 囡囡 仔仔 老大 老二 "
    "老头子 "
    # one word for several relatives, or for another one in Japanese or in a dialect
    "公公 婆婆 公 婆 家公 家婆 妻 媳妇 媳妇儿 媳婦 娘 孃孃 婆娘 主人 嫁 "
    # also names and brands
    "baba son anne ba cha pai mari anak partner guardian oma opa "
    # also for the police or a fire brigade
    "sos 紧急 emergency"
)
#: A child's name and whose mother or father it is: 朵朵妈妈, 小宇爸爸.
_OF_A_CHILD = re.compile(
    r"(?:(.)\1|小.)(?:妈妈|爸爸|妈|爸|媽媽|媽|奶奶|爷爷|爺爺|外婆|外公|姥姥|姥爷)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """What a whole name is a word for."""

    #: `parent`, `spouse`, `generic` … as in the table, or `of_a_child`
    relation: str
    #: whether it may as well be something else
    is_ambiguous: bool = False
    #: whether a place is named too, where somebody else may answer
    at_a_place: bool = False


def kin(name: str) -> Kin | None:
    """What the whole name is a word for, without what people put around such words."""
    for core, at_a_place in cores(name):
        relation = _RELATION.get(core)
        if relation == "grandparent" and at_a_place:
            return None  # 外婆家, 姥姥家: restaurants
        if relation:
            return Kin(relation=relation, is_ambiguous=core in _UNSURE, at_a_place=at_a_place)
        if _OF_A_CHILD.fullmatch(core):
            return Kin(relation="of_a_child", is_ambiguous=True)
    return None


def _keys(written: str) -> set[str]:
    """The keys of words; those with a blank that is often left out have two."""
    return {
        key(spelled)
        for word in written.split()
        for spelled in (word.replace("_", ""), word.replace("_", " "))
    }


_RELATION = {word: relation for (_, relation), line in WORDS.items() for word in _keys(line)}
_UNSURE = _keys(_AMBIGUOUS)
