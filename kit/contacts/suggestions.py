"""Who may be an emergency contact, and who had better not be told: suggested, never chosen.

Nothing of a card is repeated: a reason is a sentence of ours. Where a contact gives reasons for
both, not to tell wins.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from kit.contacts.kinds import LENDERS, kind_of
from kit.contacts.kinship import kin
from kit.contacts.plain_name import key, simplified, words
from kit.model import ContactKind, Group, Suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kit.contacts.kinship import Kin
    from kit.model import Contact, Relation

# --- whom to tell first -----------------------------------------------------------------

_BY_WORD = {
    "parent": "The whole name is a word for a mother or a father.",
    "spouse": "The whole name is a word for a husband or a wife.",
    "inlaw": "The whole name is a word for a relative by marriage.",
    "partner": "The whole name is a word for a partner.",
    "child": "The whole name is a word for a son or a daughter.",
    "sibling": "The whole name is a word for a brother or a sister.",
    "grandparent": "The whole name is a word for a grandparent.",
    "extended": "The whole name is a word for a relative.",
    "generic": "The whole name says that it is for an emergency, or at home.",
    "of_a_child": "The name says whose mother or father it is: of your family, or of a schoolmate.",
}
_AMBIGUOUS = "The whole name may be a word for a relative, and may be something else."
_AT_A_PLACE = "The name is a word for a relative with a place, where somebody else may answer."
_CATEGORY = "You keep them in a group for family or emergencies."
_LABEL = "One of their numbers is called by a word for a relative."
_RELATION = "Your own card says that they are family, by number or card."
_RELATED_NAME = "Your own card says that somebody of this name is family."

_CATEGORIES = (
    "家人 家庭 家 亲人 亲属 親人 紧急联系人 緊急聯絡人 紧急 ice family emergency emergency_contact "
    "emergency_contacts 家族 가족 familia famille familie gia_đình"
)
#: What a card calls such a person, beside the words of the table.
_FAMILY = (
    "parent spouse partner domestic_partner child sibling kin relative emergency sweetheart "
    "亲属 亲戚"
)

# --- whom not to tell -------------------------------------------------------------------

_LENDER = "The name is that of a lender, a bank or a collector."
_OF_LENDING = "The name speaks of a bank, a loan or a debt."
_HOTLINE = "All its numbers are hot-lines of a kind that banks have."
_CUSTOMER_SERVICE = "The name is that of a customer service."
_SUPERIOR = "The name is that of a boss, a superior or a personnel office."
_TITLE = "The name has a title that a superior may have."
_EX = "The name is that of an ex-partner."
_MANAGER = "Your own card says that they are your superior, by number or card."
_MANAGER_NAME = "Your own card says that somebody of this name is your superior."

_COLLECTING = (
    r"催收|催债|催款|讨债|追债|收债|要账|收账|债主|高利贷|放贷|"
    r"(?<![a-z])(?:debt|lender|creditor|collector)s?(?![a-z])"
)
_LENDING = (
    rf"{LENDERS.replace(' ', '|')}|贷|[借花还省]呗|[借欠]条|分期|马上消费|平安普惠|"
    r"银行|(?:^| )[工农建招交]行|信用卡|金融|[借欠还][款钱]|逾期|(?<![a-z])(?:loan|bank)s?(?![a-z])"
)
_FORMER = (
    r"前任(?= |$)|前(?:妻|夫|男友|女友|男朋友|女朋友|老公|老婆|对象|未婚夫|未婚妻|男票|女票)|"
    r"前(?:岳父|岳母|公公|婆婆)|"
    r"元(?:カレ|カノ|彼|夫|妻|嫁|旦那)|전(?:남편|처|남친|여친|와이프)|^(?:my |the )?ex$|"
    r"(?<![a-z])ex ?(?:wife|husband|girlfriend|boyfriend|partner|gf|bf)(?![a-z])"
)
_SUPERIORS = "老板|领导|老总|董事长|总经理|经理|总监|上司|主管|人事(?:部|科|处)?|hr|boss"
#: Who has a shop, or serves the customers of a firm or a bank, is no superior.
_NO_SHOP = r"(?<![店馆站市铺厂摊场])(?<!客户)(?<!大堂)(?<!理财)"
_OF_SUPERIORS = (
    rf"(?:^| )(?:{_SUPERIORS})(?![a-z娘])|{_NO_SHOP}(?<![a-z])(?:{_SUPERIORS})(?= |$)|"
    r"(?:^| )[^\W\d]{1,3}总(?= |$)|^(?:my )?(?:manager|supervisor)$|사장님|부장님|팀장님"
)
_TITLES = r"(?:老板|经理|主任|校长|院长|局长|处长|科长|厂长|店长|书记|社长|部长|课长)(?= |$)"

#: A rule, the reason, and whether it is plain.
_UNWELCOME = (
    (re.compile(_FORMER), _EX, True),
    (re.compile(_COLLECTING), _LENDER, True),
    (re.compile(_LENDING), _OF_LENDING, False),
    (re.compile(_OF_SUPERIORS), _SUPERIOR, True),
    (re.compile(_TITLES), _TITLE, False),
    (re.compile(r"客服$|客服(?:中心|热线|电话)$|customer service"), _CUSTOMER_SERVICE, False),
)
_BANK_HOTLINE = re.compile(r"955\d\d")
_MANAGERS = "manager boss supervisor 上司 经理 主管 领导 老板"

#: Relations of one card that are looked at.
_MOST_RELATIONS = 100
#: Fewer digits are no whole number.
_FEWEST_DIGITS = 8


def suggestion_for(contact: Contact, me: Contact | None) -> Suggestion | None:
    """The group that may suit the contact, and why; `me` is the borrower's own card, if known."""
    if me is not None and contact.id == me.id:
        return None
    kind, _ = kind_of(contact)
    found = [*_against(contact, kind, me)]
    if not found and kind is ContactKind.PERSON:
        found = [*_in_favour(contact, me)]
    return max(found, key=lambda one: one.is_sure, default=None)


def _against(contact: Contact, kind: ContactKind, me: Contact | None) -> Iterator[Suggestion]:
    for name in map(simplified, map(words, _names(contact))):
        for rule, reason, is_sure in _UNWELCOME:
            if rule.search(name):
                is_lender = reason is _OF_LENDING and kind is ContactKind.SERVICE
                yield _nobody(_LENDER if is_lender else reason, is_sure=is_sure or is_lender)
    if contact.also and not contact.numbers and all(map(_BANK_HOTLINE.fullmatch, contact.also)):
        yield _nobody(_HOTLINE, is_sure=False)
    for relation, is_certain in _related(contact, me):
        if key(relation.kind) in _keys(_MANAGERS):
            yield _nobody(_MANAGER if is_certain else _MANAGER_NAME, is_sure=is_certain)


def _in_favour(contact: Contact, me: Contact | None) -> Iterator[Suggestion]:
    for relation, is_certain in _related(contact, me):
        if key(relation.kind) in _keys(_FAMILY) or kin(relation.kind):
            yield _emergency(_RELATION if is_certain else _RELATED_NAME, is_sure=is_certain)
    has_organisation = any(part.organisation for part in contact.parts)
    for found in filter(None, map(kin, _names(contact))):
        is_sure = not (found.is_ambiguous or found.at_a_place or has_organisation)
        yield _emergency(_reason(found), is_sure=is_sure)
    if any(key(one) in _keys(_CATEGORIES) for part in contact.parts for one in part.categories):
        yield _emergency(_CATEGORY, is_sure=True)
    labelled = (kin(label) for part in contact.parts for label in part.labels)
    if any(found and found.relation != "generic" for found in labelled):
        yield _emergency(_LABEL, is_sure=False)


def _reason(found: Kin) -> str:
    if found.at_a_place:
        return _AT_A_PLACE
    is_plain = found.relation == "of_a_child" or not found.is_ambiguous
    return _BY_WORD[found.relation] if is_plain else _AMBIGUOUS


def _names(contact: Contact) -> Iterable[str]:
    """What the borrower calls them."""
    nicknames = (nickname for part in contact.parts for nickname in part.nicknames)
    return dict.fromkeys((*contact.names, *nicknames))


def _related(contact: Contact, me: Contact | None) -> Iterator[tuple[Relation, bool]]:
    """What the own card says of the contact, and whether by more than a name others may have.

    A relation on any other card is one of that card's person, and says nothing here.
    """
    relations = [one for part in me.parts for one in part.relations] if me is not None else []
    for relation in relations[:_MOST_RELATIONS]:
        if _is_number_of(relation.who, contact) or _is_uid_of(relation.who, contact):
            yield relation, True
        elif key(relation.who) and key(relation.who) in map(key, contact.names):
            yield relation, False


def _is_number_of(who: str, contact: Contact) -> bool:
    digits = re.sub(r"\D", "", who).lstrip("0")
    if len(digits) < _FEWEST_DIGITS or re.search(r"[^\W\d_]", who.lower().removeprefix("tel:")):
        return False
    return any(number.endswith(digits) for number in contact.numbers)


def _is_uid_of(who: str, contact: Contact) -> bool:
    uid = who.casefold().removeprefix("urn:uuid:")
    return any(
        part.uid and part.uid.casefold().removeprefix("urn:uuid:") == uid for part in contact.parts
    )


def _emergency(reason: str, *, is_sure: bool) -> Suggestion:
    return Suggestion(group=Group.EMERGENCY, reason=reason, is_sure=is_sure)


def _nobody(reason: str, *, is_sure: bool) -> Suggestion:
    return Suggestion(group=Group.NOBODY, reason=reason, is_sure=is_sure)


@cache
def _keys(written: str) -> frozenset[str]:
    """The keys of words that blanks part; `_` is a blank in one."""
    return frozenset(key(word.replace("_", " ")) for word in written.split())
