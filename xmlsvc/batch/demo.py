"""The demonstration instance: partners, an editor, a token, and the samples, good and bad, as their deliveries."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .. import builtin
from ..clock import Clock
from ..documents import accounts, instance, receipts, services, users
from ..documents.access import OPERATOR
from .load import load

PARTNERS = {"nordlys": "Nordlys Media", "radio-delta": "Radio Delta", "studio-marel": "Studio Marel"}
EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class Demo:
    """What a newcomer needs. `loaded`: for each partner how many deliveries had which outcome."""

    login: str
    password: str
    token: str
    loaded: dict[str, dict[str, int]]


def demo(directory: str | Path, database: str | None = None, step: Callable[[], None] = lambda: None, clock: Clock | None = None) -> Demo:
    """Make the instance, or complete one that is there, and give a new password and token. `step` is called for each sample.

    A partner that has delivered already gets no samples again. Raises what `instance.init` does.
    """
    directory = Path(directory).absolute()
    if not (directory / "xmlsvc.toml").exists():
        instance.init(directory, database, guests=True, clock=clock)
    with services.open(directory, clock) as house:
        known = {partner.name for partner in accounts.partners(house)}
        for name, title in PARTNERS.items():
            if name not in known:
                accounts.add_partner(house, OPERATOR, name, title)
        password = secrets.token_urlsafe(9)
        if EDITOR in {user.name for user in users.users(house)}:
            users.set_password(house, OPERATOR, EDITOR, password)
        else:
            users.add_user(house, OPERATOR, EDITOR, password, "publisher")
        _, token = accounts.add_token(house, OPERATOR, next(iter(PARTNERS)), label="demo")
        loaded = {}
        for partner, paths in _deliveries().items():
            if receipts.find(house, OPERATOR, partner=partner, limit=1):
                continue
            counts: Counter[str] = Counter()
            for item in load(house, OPERATOR, paths, partner=partner):
                counts[item.outcome] += 1
                step()
            loaded[partner] = dict(counts)
    return Demo(EDITOR, password, token, loaded)


def _deliveries() -> dict[str, list[Path]]:
    """Each partner's samples: dealt out in turn, by name, so that every partner has valid and invalid ones."""
    top = builtin.path("samples")
    names = sorted(PARTNERS)
    dealt: dict[str, list[Path]] = {name: [] for name in names}
    for folder in ("valid", "invalid"):
        for number, path in enumerate(sorted((top / folder).glob("*.xml"))):
            dealt[names[number % len(names)]].append(path)
    return dealt
