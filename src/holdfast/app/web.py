"""The web application: every slice's routes behind one guard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

import holdfast
from holdfast.app.falling import say_what_fell
from holdfast.app.health import router as health
from holdfast.app.knowing.pages import router as knowing_pages
from holdfast.app.opening import open_house
from holdfast.app.refused import Noting
from holdfast.app.roles import BY_ITSELF, Process
from holdfast.app.schema import Unfit
from holdfast.app.watching import Watch
from holdfast.circles.api import router as circles_api
from holdfast.circles.pages import router as circles_pages
from holdfast.crisis.api import router as crisis_api
from holdfast.crisis.pages import router as crisis_pages
from holdfast.desk.pages import router as desk_pages
from holdfast.desk.pages.steward import router as steward_pages
from holdfast.kit.clock import Clock, WallClock
from holdfast.kit.consoles import Consoles
from holdfast.kit.cookies import go_to
from holdfast.kit.errors import HoldfastError
from holdfast.kit.house import House
from holdfast.kit.http import SAFE, Guard, as_ours, dressed, locale_of, refusal
from holdfast.kit.pages import STATIC, refuse, render
from holdfast.kit.shapes import words_within
from holdfast.kit.static import StaticFiles
from holdfast.kit.words import NP_
from holdfast.listening.api import router as listening_api
from holdfast.listening.glass.pages import router as glass_pages
from holdfast.listening.pages import router as listening_pages
from holdfast.meetings.api import router as meetings_api
from holdfast.meetings.pages import router as meetings_pages
from holdfast.members.api import router as members_api
from holdfast.members.pages import router as members_pages
from holdfast.members.rules import promises
from holdfast.messages.actions import hear_out
from holdfast.messages.api import router as messages_api
from holdfast.messages.pages import router as messages_pages
from holdfast.moderation.api import router as moderation_api
from holdfast.moderation.pages import router as moderation_pages
from holdfast.notices.api import router as notices_api
from holdfast.resources.pages import router as resources_pages
from holdfast.rooms.api import router as rooms_api
from holdfast.rooms.pages import router as rooms_pages
from holdfast.settings import Settings
from holdfast.staff.api import router as staff_api
from holdfast.staff.pages import router as staff_pages
from holdfast.wellbeing.pages import router as wellbeing_pages

log = structlog.get_logger()
WEAKENED = NP_(
    "safety",
    "This place is set up for tests, not for people. Nobody here is watching over anyone. "
    "Please go to the help page if you need someone.",
)
DEMONSTRATION = NP_(
    "safety",
    "This is a demonstration. Nobody here is real and nobody here can help you. "
    "The help page has people who can.",
)


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    until: str | None = None
    wait: float | None = None
    help: str | None = None


PROBLEM: dict[str, Any] = {
    "description": "A refusal, with a stable code and words a person can read.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def build_app(
    settings: Settings,
    clock: Clock | None = None,
    *,
    demonstration: bool = False,
    take_over: bool = False,
    process: Process = BY_ITSELF,
) -> FastAPI:
    """The application for these settings; it opens the house when it starts."""
    role = process.role
    clock = clock or WallClock()
    opened = partial(open_house, settings, clock, take_over=take_over, process=process)
    app = FastAPI(
        title="Holdfast",
        version=holdfast.__version__,
        lifespan=_while_open(opened),
        openapi_url="/api/v1/openapi.json" if role.has_pages else None,
        docs_url=None,
        redirect_slashes=False,
        redoc_url=None,
        responses={"default": PROBLEM, 422: PROBLEM},
    )
    app.state.banners = banners_of(settings, demonstration=demonstration)
    if role.has_pages:
        _include_routes(app)
        _serve_static(app)
    _open_doors(app, health)
    _refuse_in_words(app)
    _describe(app)
    app.add_middleware(Noting)
    app.add_middleware(Consoles, desk=settings.desk_origin)
    app.add_middleware(Guard, origins=settings.origins, https=settings.is_https)
    return app


def _while_open(
    opened: Callable[[], AbstractAsyncContextManager[House]],
) -> Callable[[FastAPI], AbstractAsyncContextManager[dict[str, Any]]]:
    """The life of an application: as long as its house is open."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        try:
            async with opened() as house, Watch(house).going():
                app.state.house = house
                yield {"floor": house.floor}
        except Unfit as no:
            app.state.unfit = str(no)
            raise
        except Exception as broken:  # else nobody would know why it does not start
            say_what_fell(type(broken), broken.__traceback__)
            raise

    return lifespan


def _include_routes(app: FastAPI) -> None:
    """Every slice's doors."""
    for router in (
        members_api,
        rooms_api,
        meetings_api,
        messages_api,
        circles_api,
        crisis_api,
        moderation_api,
        listening_api,
        staff_api,
        notices_api,
    ):
        _open_doors(app, router)
    for router in (
        moderation_pages,  # before messages: the address of a report looks like one of theirs
        listening_pages,
        glass_pages,
        circles_pages,
        crisis_pages,
        desk_pages,
        steward_pages,
        members_pages,
        rooms_pages,
        meetings_pages,
        messages_pages,
        wellbeing_pages,
        knowing_pages,
        staff_pages,
    ):
        _open_doors(app, router, described=False)
    app.include_router(resources_pages, include_in_schema=False)  # it has something to look at


def _open_doors(app: FastAPI, router: APIRouter, *, described: bool = True) -> None:
    """One slice's doors. FastAPI's own way makes each of them anew, and looks for them longer.

    Where doors lie below a shared address, only that way knows it.
    """
    if not all(isinstance(route, APIRoute) for route in router.routes):
        app.include_router(router, include_in_schema=described)
        return
    for route in router.routes:
        if isinstance(route, APIRoute):
            route.include_in_schema = route.include_in_schema and described
            route.responses = {**app.router.responses, **route.responses}
            app.router.routes.append(route)


def banners_of(settings: Settings, *, demonstration: bool) -> list[str]:
    """What every page must say about this place."""
    if demonstration:
        return [DEMONSTRATION]
    return [WEAKENED] if settings.weakened else []


def _serve_static(app: FastAPI) -> None:
    files = StaticFiles(STATIC)

    @app.get("/static/{name:path}", include_in_schema=False)
    async def get_static(request: Request, name: str) -> Response:
        return files.response(request, name)

    @app.get("/offline", include_in_schema=False)
    async def get_offline(request: Request) -> Response:
        """What the service worker shows where there is no connection; the same for everyone."""
        return render(request, "kit/offline.html")

    @app.get("/sw.js", include_in_schema=False)
    async def get_worker(request: Request) -> Response:
        return files.response(request, "js/sw.js")


def _refuse_in_words(app: FastAPI) -> None:
    async def answer(request: Request, error: Exception) -> Response:
        ours = kept_or_not(request, as_ours(error))
        unshaped = error.__cause__ if isinstance(error, HTTPException) else error
        if isinstance(unshaped, RequestValidationError):
            await hear_unshaped(request, unshaped, ours)
        if ours.status >= 500 and not isinstance(error, HoldfastError):
            log.error("broken", error=type(error).__name__, route=route_of(request))
        request.state.refused = ours.code
        if request.url.path.startswith("/api/") or request.url.path == "/live":
            response = refusal(ours, locale_of(request), request.url.path)
        elif ours.way and request.method in SAFE:
            response = go_to(f"{ours.way}?{urlencode({'back': asked_for(request)})}")
        else:
            response = refuse(request, ours, **({"back": ours.way} if ours.way else {}))
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)
        https = request.app.state.house.settings.is_https
        return dressed(response, https=https) if type(ours) is HoldfastError else response

    for kind in (HoldfastError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, answer)


def kept_or_not(request: Request, error: HoldfastError) -> HoldfastError:
    """What could not even be looked up, said to someone who wanted something kept."""
    if error.code != "not_read" or request.method in SAFE:
        return error
    lost: HoldfastError = request.app.state.house.ledger.lost(request.path_params.get("nonce"))
    return lost


async def hear_unshaped(
    request: Request, error: RequestValidationError, refusal: HoldfastError
) -> None:
    """Words in a request that is not in shape are read all the same: they may be a goodbye.

    Those that were meant for a room or a report; a plan, or a sealed line, is for nobody's eyes.
    """
    path = request.url.path
    if ("/messages" in path or "/report" in path) and (words := words_within(error.body)):
        house = request.app.state.house
        nonce = str(request.path_params.get("nonce", ""))
        actor = await house.find_actor(request)
        await hear_out(house.ledger, actor, text=words, nonce=nonce, refusal=refusal)


def asked_for(request: Request) -> str:
    """The page that was asked for, with what was asked of it."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def route_of(request: Request) -> str:
    """The pattern of the route, never the address itself."""
    return getattr(request.scope.get("route"), "path", "none")


def _describe(app: FastAPI) -> None:
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = plain()
            schema["info"]["x-promises"] = promises.VERSION
            schema["components"]["schemas"]["Problem"] = Problem.model_json_schema()
            schema["components"]["securitySchemes"] = {
                "bearer": {"type": "http", "scheme": "bearer"}
            }
            schema["security"] = [{"bearer": []}, {}]
        return app.openapi_schema or {}

    app.openapi = described  # type: ignore[method-assign]
