"""Numbers of bytes as people write them: 500 MB, 10 GB, 2 TiB."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from registry.rules import quotas

WRITTEN = re.compile(r"(\d{1,15}(?:[.,]\d{1,6})?)\s*([kKMGTP]?)(i?)B?")
LETTERS = " KMGTP"


def parse(text: str) -> int:
    """The number of bytes; ValueError where this is none."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    amount, letter, binary = found.groups()
    step = 1024 if binary else 1000
    return int(Decimal(amount.replace(",", ".")) * step ** (LETTERS.index(letter.upper()) if letter else 0))


def written(size: int) -> str:
    """The shortest way to write exactly this many: 10 GiB, 500 MB, 1234567 B."""
    for power in range(len(LETTERS) - 1, 0, -1):
        for step, between in ((1024, "i"), (1000, "")):
            if size and size % step**power == 0:
                letter = "k" if power == 1 and not between else LETTERS[power]
                return f"{size // step**power} {letter}{between}B"
    return f"{size} B"


class SizeField(forms.CharField):
    """Empty is None."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            size = parse(text)
        except ValueError:
            raise ValidationError(_("Write a number and its unit, such as 500 MB, 10 GB or 2 TiB.")) from None
        if not 0 < size <= quotas.LARGEST:
            raise ValidationError(_("Write a size from 1 B to %s.") % written(quotas.LARGEST))
        return size

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, int) else value
