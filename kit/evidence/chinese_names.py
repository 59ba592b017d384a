"""Chinese names: a name as the book has it goes in; what else its bearer is called comes out."""

from __future__ import annotations

import re

#: The most frequent ones, in both scripts.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁潘于蒋蔡余"
    "杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史"
    "陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧蕭蔣葉蘇呂盧鐘譚陸"
    "賈韋鄒龍顧龔萬錢嚴湯"
)
_NAME = re.compile(rf"[{_SURNAMES}][\u3400-\u9fff]{{2}}")
#: What follows a surname and is no given name, such as in 李经理 and 王阿姨.
_TITLES = """
经理 老师 医生 大夫 师傅 阿姨 叔叔 律师 主任 老板 总监 校长 院长 护士 教练
会计 助理 司机 大哥 大姐 大爷 大妈 大叔 奶奶 爷爷 同学 先生 女士 小姐 太太
夫人 警官 警察 法官 书记 局长 处长 科长 所长 部长 主管 店长 队长 站长 班长
组长 房东 物业 快递 中介 保姆 姐姐 哥哥 弟弟 妹妹 伯伯 婶婶 教授 博士 专员
顾问 销售 客服 嫂子 姑姑 舅舅 家长 妈妈 爸爸 同事 邻居 朋友 工头 秘书 經理
老師 醫生 師傅 律師 老闆 校長 院長 護士 會計 司機 同學 書記 局長 處長 科長
所長 部長 店長 隊長 站長 班長 組長 房東 物業 快遞 仲介 專員 顧問 銷售 家長
媽媽 鄰居 秘書
"""


#: What a person is to somebody, as it stands before or behind a name: 二舅张建国, 王小芳妈妈.
_KIN = (
    "[我老大小二三四五六七八表堂前]{0,2}(?:妈妈?|媽媽?|爸爸?|舅[舅妈媽父]?|姨[妈媽父夫]?|叔叔?|"
    "姑[姑妈媽父夫]?|伯[伯父母]?|[婶嬸][婶嬸子]?|嫂子?|哥哥?|姐[姐夫]?|弟[弟妹]?|妹[妹夫]?|爷爷?|"
    "爺爺?|奶奶?|外[公婆]|姥[姥爷爺]|公公|婆婆|岳[父母]|[公婆]|妻子?|丈夫|女婿|儿子|兒子|女[儿兒]|"
    "媳[妇婦]|[侄姪外][子女甥]女?|[孙孫][子女]|[男女]朋?友|[对對]象|朋友|同[学學事]|[邻鄰]居|[闺閨]蜜|"
    "[亲親]家)"
)
_ANY = "|".join((_KIN, *_TITLES.split()))
_IS_TITLE = re.compile(_ANY)
#: A name of two characters only beside kin: 金融中介 and 马上快递 are none.
_BESIDE = re.compile(
    rf"(?:{_KIN})([{_SURNAMES}][\u3400-\u9fff])|([{_SURNAMES}][\u3400-\u9fff])(?:{_KIN})"
    rf"|(?:{_ANY})([{_SURNAMES}][\u3400-\u9fff]{{2}})"
    rf"|([{_SURNAMES}][\u3400-\u9fff]{{2}})(?:{_ANY})"
)


def other_names(name: str) -> tuple[str, ...]:
    """What they are called too: 小芳 for 王小芳; for 王小芳妈妈 both, and nothing for 王阿姨."""
    if _IS_TITLE.fullmatch(name[1:]):
        return ()
    found = _BESIDE.fullmatch(name)
    full = found[found.lastindex or 0] if found else name
    if _IS_TITLE.fullmatch(full[1:]):
        return ()
    given = full[1:] if _NAME.fullmatch(full) else ""
    return tuple(one for one in (full, given) if one and one != name)
