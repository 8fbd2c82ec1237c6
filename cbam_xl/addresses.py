"""Addresses of cells: the letters of a column, its number, and what an address is made of."""

from __future__ import annotations


def column_number(letters: str) -> int:
    """The number of a column, 1 for A.

    >>> column_number("AB")
    28
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """The letters of a column, "A" for 1.

    >>> column_letters(28)
    'AB'
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def parted(address: str) -> tuple[str, int]:
    """The letters of the column and the row; row 0 where none is named.

    >>> parted("AB12"), parted("")
    (('AB', 12), ('', 0))
    """
    letters = address.rstrip("0123456789")
    return letters, int(address[len(letters) :] or 0)
