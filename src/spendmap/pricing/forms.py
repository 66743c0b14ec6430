"""The priced form: which of a model's prices apply to a name that usage bears.

Pure. A form is (provider, model, service tier, region, account); its number is a hash, so that the alias table
and the wide price table agree on it without knowing each other.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

LIST = ""  # account of the list price
ANY_ACCOUNT = "*"  # account of a contract price that holds for all of a vendor's accounts
ACCOUNT_MARK = "@"  # a contract price of one account is written CONTRACT@ACCOUNT


class Form(NamedTuple):
    """What a set of prices is for."""

    provider: str
    model: str
    service_tier: str = "standard"
    region_scope: str = ""
    account: str = LIST

    @property
    def number(self) -> int:
        """A 63-bit number that is the same in every book."""
        digest = hashlib.blake2b("\x1f".join(self).encode(), digest_size=8).digest()
        return int.from_bytes(digest) >> 1

    @property
    def words(self) -> str:
        """For a reason a person reads."""
        extra = ", ".join(text for text in (self.service_tier, self.region_scope) if text and text != "standard")
        return f"{self.provider}/{self.model}" + (f" ({extra})" if extra else "")


def account_of(contract: str) -> str:
    """The account a price of this contract is for: '' for list, '*' for every account of the vendor."""
    if not contract:
        return LIST
    _, mark, account = contract.partition(ACCOUNT_MARK)
    return account if mark else ANY_ACCOUNT
