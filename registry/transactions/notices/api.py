"""Files of notices over HTTP: hand one over, and see what became of it."""

from io import BytesIO
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from registry.database import to_json
from registry.errors import not_found, unprocessable
from registry.http.dependencies import Engine, Now, PoliciesInForce, UnitOfWork
from registry.security.authenticate import require
from registry.security.callers import Caller, Permission
from registry.transactions.context import Context
from registry.transactions.notices.load import load_notices
from registry.transactions.notices.look import MOST_AT_ONCE, list_files, read_file
from registry.transactions.notices.read_file import UnusableFile

router = APIRouter(prefix="/api", tags=["notices"])

Reader = Annotated[Caller, Depends(require(Permission.READ_MATTERS))]
Worker = Annotated[Caller, Depends(require(Permission.WORK_MATTERS))]


class NoticeFile(BaseModel):
    """A file of notices, in the form that docs/notice-files.md describes."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["deaths", "births", "forces", "nations", "nbo"]
    name: str = Field(min_length=1, max_length=200, description="The sender's name of the file.")
    content: str = Field(description="The file: CSV with its trailer.")


@router.post(
    "/notice-files",
    summary="Load a file of notices",
    responses={422: {"description": "The file as a whole cannot be used; nothing of it was taken."}},
)
async def load_file(
    caller: Worker, engine: Engine, clock: Now, policies: PoliciesInForce, body: NoticeFile
) -> Response:
    """Every line is accounted for. Handed over again it has no second effect; broken off it is taken up."""
    async with engine.connect() as connection:
        context = Context(caller.actor, clock, await policies.current(connection))
    content = body.content.encode()
    try:
        loaded = await load_notices(engine, context, body.kind, body.name, lambda: BytesIO(content))
    except UnusableFile as error:
        raise unprocessable(f"{error}.", "content") from None
    return Response(to_json(loaded), media_type="application/json")


@router.get("/notice-files", summary="The files of notices that came")
async def read_files(caller: Reader, connection: UnitOfWork) -> Response:
    """The newest first, each with its totals."""
    return Response(to_json({"files": await list_files(connection)}), media_type="application/json")


@router.get("/notice-files/{file_id}", summary="One file of notices, line by line")
async def read_one_file(
    caller: Reader,
    connection: UnitOfWork,
    file_id: Annotated[UUID, Path(description="The file's id.")],
    result: Annotated[Literal["done", "repeated", "referred", "refused"] | None, Query()] = None,
    after: Annotated[int, Query(ge=0, description="The last line of the page before.")] = 0,
    count: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = MOST_AT_ONCE,
) -> Response:
    """Its totals, and what became of each line. `next` names where the next page starts."""
    found = await read_file(connection, file_id, result=result, after=after, limit=count)
    if found is None:
        raise not_found("There is no such file of notices.")
    return Response(to_json(found), media_type="application/json")
