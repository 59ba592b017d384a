from __future__ import annotations

import pytest

import kit.errors
from kit.errors import KitError, LedgerError, WrongCountError

ERRORS = [
    error
    for error in vars(kit.errors).values()
    if isinstance(error, type) and issubclass(error, KitError)
]


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_owns_a_sentence_and_an_exit_code(error: type[KitError]) -> None:
    sentence = " ".join((error.__doc__ or "").split())

    assert sentence[-1] in ".:?"
    assert error.exit_code in (1, 2, 3)


def test_facts_fill_the_sentence() -> None:
    assert str(WrongCountError(count=60, given=6)) == (
        "The plan has 60 messages, not 6; nothing was sent."
    )


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    branches = [e.__name__ for e in KitError.__subclasses__()]

    assert all(branch in (kit.errors.__doc__ or "") for branch in branches)
    assert len(branches) == 6


#: What goes wrong only with a clinic's store has a module of its own.
BESIDE: dict[type[KitError], str] = {LedgerError: "kit.errors.clinic"}


@pytest.mark.parametrize("branch", KitError.__subclasses__())
def test_a_branch_is_a_module(branch: type[KitError]) -> None:
    modules = {e.__module__ for e in ERRORS if issubclass(e, branch)}

    assert modules - {BESIDE.get(branch)} == {branch.__module__}


def test_a_system_error_is_put_in_words_without_the_name_of_the_file() -> None:
    assert kit.errors.reason_of(FileNotFoundError(2, "x", "妈妈.vcf")) == "there is no such file"
    assert kit.errors.reason_of(OSError(99, "x", "妈妈.vcf")) == "error 99"
