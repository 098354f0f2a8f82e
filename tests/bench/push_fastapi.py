"""A receiver as one would write it today with FastAPI and SQLAlchemy's ORM: a session and a commit for each push.

Written for comparison, to the same promise: the token is looked up in the database, the body is validated, the session
is read, changed and on the disk (WAL, synchronous=FULL) when the push is answered. Needs fastapi and uvicorn.
"""

import hashlib
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel
from sqlalchemy import JSON, String, event, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tests.bench.child import ready

TOKEN = "bench-token"
PATH = "/ocpi/2.2.1/sessions/{country}/{party_id}/{session_id}"


class Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012  as SQLAlchemy documents it


class PartnerRow(Base):
    __tablename__ = "partners"
    token_hash: Mapped[str] = mapped_column(String, primary_key=True)
    party: Mapped[str]


class SessionRow(Base):
    __tablename__ = "sessions"
    party: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    kwh: Mapped[str]
    last_updated: Mapped[datetime]
    charging_periods: Mapped[list[Any]]
    body: Mapped[dict[str, Any]]


class Dimension(BaseModel):
    type: str
    volume: Decimal


class Period(BaseModel):
    start_date_time: datetime
    dimensions: list[Dimension]
    tariff_id: str | None = None


class CdrToken(BaseModel):
    country_code: str
    party_id: str
    uid: str
    type: str
    contract_id: str


class Session(BaseModel):
    country_code: str
    party_id: str
    id: str
    start_date_time: datetime
    kwh: Decimal
    cdr_token: CdrToken
    auth_method: str
    location_id: str
    evse_uid: str
    connector_id: str
    currency: str
    status: str
    charging_periods: list[Period] = []
    last_updated: datetime


class SessionPatch(BaseModel):
    kwh: Decimal | None = None
    status: str | None = None
    charging_periods: list[Period] | None = None
    last_updated: datetime


class Answer(BaseModel):
    status_code: int = 1000
    timestamp: datetime


def add_receiver(app: FastAPI, database: Callable[[], AsyncIterator[AsyncSession]], party: Callable[..., Any]) -> None:
    Db = Annotated[AsyncSession, Depends(database)]  # noqa: N806  a type
    Owner = Annotated[str, Depends(party)]  # noqa: N806  a type

    @app.put(PATH)
    async def put(session_id: str, session: Session, owner: Owner, db: Db) -> Answer:
        body = session.model_dump(mode="json")
        await db.merge(
            SessionRow(
                party=owner,
                id=session_id,
                status=session.status,
                kwh=str(session.kwh),
                last_updated=session.last_updated,
                charging_periods=body["charging_periods"],
                body=body,
            )
        )
        await db.commit()
        return Answer(timestamp=datetime.now(UTC))  # noqa: TID251  a server without a clock to inject

    @app.patch(PATH)
    async def patch(session_id: str, change: SessionPatch, owner: Owner, db: Db) -> Answer:
        row = await db.get(SessionRow, (owner, session_id))
        if row is None:
            raise HTTPException(404)
        row.kwh = str(change.kwh if change.kwh is not None else row.kwh)
        row.status = change.status or row.status
        row.last_updated = change.last_updated
        if change.charging_periods:
            added = [period.model_dump(mode="json") for period in change.charging_periods]
            row.charging_periods = [*row.charging_periods, *added]
        await db.commit()
        return Answer(timestamp=datetime.now(UTC))  # noqa: TID251  a server without a clock to inject


def build(file: Path) -> FastAPI:
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}")
    sessions = async_sessionmaker(engine, expire_on_commit=False)

    @event.listens_for(engine.sync_engine, "connect")
    def durable(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 30000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with sessions() as db:
            db.add(PartnerRow(token_hash=hashlib.sha256(TOKEN.encode()).hexdigest(), party="NL-CIT"))
            await db.commit()
        yield
        await engine.dispose()

    app = FastAPI(lifespan=life)

    async def database() -> AsyncIterator[AsyncSession]:
        async with sessions() as db:
            yield db

    Db = Annotated[AsyncSession, Depends(database)]  # noqa: N806  a type

    async def party(country: str, party_id: str, db: Db, authorization: Annotated[str, Header()] = "") -> str:
        mark = hashlib.sha256(authorization.removeprefix("Token ").encode()).hexdigest()
        found = await db.scalar(select(PartnerRow).where(PartnerRow.token_hash == mark))
        if found is None:
            raise HTTPException(401)
        if found.party != f"{country}-{party_id}":
            raise HTTPException(404)
        return found.party

    add_receiver(app, database, party)
    return app


def main() -> None:
    with TemporaryDirectory() as folder:
        config = uvicorn.Config(build(Path(folder) / "bench.db"), port=0, log_level="error", loop="uvloop")

        class Told(uvicorn.Server):
            async def startup(self, sockets: Any = None) -> None:
                await super().startup(sockets)
                sys.stdout.write(f"{TOKEN}\n")
                ready(self.servers[0].sockets[0].getsockname()[1])

        Told(config).run()


if __name__ == "__main__":
    main()
