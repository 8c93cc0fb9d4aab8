"""Doors that are furnished when somebody first comes."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from holdfast.app.web import build_app
from holdfast.kit.doors import APIRouter, Door
from holdfast.settings import Settings


def test_a_door_is_furnished_when_somebody_comes_to_it_and_the_next_one_is_not() -> None:
    router = APIRouter(prefix="/rooms")

    @router.get("/{number}")
    async def get_one(number: int) -> int:
        return number

    @router.get("/{number}/again")
    async def get_again(number: int) -> int:
        return number

    app = FastAPI()
    app.router.routes += router.routes
    doors = [route for route in router.routes if isinstance(route, Door)]
    assert [door.is_bare for door in doors] == [True, True]
    with TestClient(app) as client:
        assert client.get("/rooms/7/again").json() == 7
        assert [door.is_bare for door in doors] == [True, False]
        assert client.get("/rooms/7").json() == 7
    assert [door.is_bare for door in doors] == [False, False]


def test_every_door_of_the_house_can_be_furnished() -> None:
    doors = [route for route in build_app(Settings()).routes if isinstance(route, APIRoute)]
    assert len(doors) > 400
    assert all(door.dependant.call is door.endpoint for door in doors)
    assert all(not door.is_bare for door in doors if isinstance(door, Door))


def test_a_door_that_is_taken_in_answers_below_the_address_and_nowhere_else() -> None:
    inner, outer = APIRouter(prefix="/inner", tags=["in"]), APIRouter(prefix="/outer", tags=["out"])

    @inner.get("/{number}", status_code=202)
    async def get_double(number: int) -> int:
        return 2 * number

    outer.take_in(inner)
    app = FastAPI()
    app.router.routes += outer.routes
    with TestClient(app) as client:
        answer = client.get("/outer/inner/21")
        assert (answer.status_code, answer.json()) == (202, 42)
        assert client.get("/outer/inner/many").status_code == 422
        assert client.get("/inner/21").status_code == 404
        assert client.post("/outer/inner/21").status_code == 405
    (told,) = app.openapi()["paths"].values()
    assert told["get"]["tags"] == ["out", "in"]
