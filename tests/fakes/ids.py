"""Ids and secrets from a seed: other ones each time they are asked for, the same ones in each run."""

import random
from base64 import urlsafe_b64encode
from uuid import UUID

from bot.domain.ids import ChargeId, TokenUid


class SeededIds:
    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)

    def charge_id(self) -> ChargeId:
        return ChargeId(str(self._uuid()))

    def secret(self) -> str:
        return urlsafe_b64encode(self._random.randbytes(16)).rstrip(b"=").decode()

    def token_uid(self) -> TokenUid:
        return TokenUid(self._uuid().hex.upper()[:20])

    def _uuid(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)
