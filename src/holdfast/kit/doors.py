"""Routers whose doors are furnished when somebody first comes: starting does not wait for them.

FastAPI reads every signature and builds every model of a route when it is declared. Here that waits
until the route is first asked for, or described; it takes a thousandth of a second each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

from fastapi import APIRouter as PlainRouter
from fastapi.routing import APIRoute
from starlette.routing import Match, compile_path
from starlette.types import Scope

PATTERN = frozenset({"path_regex", "path_format", "param_convertors"})


class Door(APIRoute):
    """A route that knows its address and its methods, and the rest once it is needed."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        self.path = path
        self.endpoint = endpoint
        self.name = str(given.get("name") or getattr(endpoint, "__name__", "door"))
        self.methods = {method.upper() for method in given.get("methods") or ["GET"]}
        self.tags = given.get("tags") or []
        self.responses = given.get("responses") or {}
        self.include_in_schema = given.get("include_in_schema", True)
        self._begins = path.partition("{")[0]
        self._given = given

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Most doors begin otherwise than what is asked for: those are not looked at closely."""
        below = scope.get("root_path") or scope.get("fastapi", {}).get("effective_route_context")
        if not below and not scope["path"].startswith(self._begins):
            return Match.NONE, {}
        return super().matches(scope)

    def __getattr__(self, name: str) -> Any:
        """What is not there yet: how the address reads, or everything else."""
        if name.startswith("__") or not self.is_bare:
            raise AttributeError(name)
        if name in PATTERN:
            self.path_regex, self.path_format, self.param_convertors = compile_path(self.path)
        else:
            self._furnish()
        return object.__getattribute__(self, name)

    @property
    def is_bare(self) -> bool:
        """Nobody came yet."""
        return "_given" in self.__dict__

    def below(self, prefix: str, tags: Sequence[str | Enum]) -> Door:
        """The same door, at an address that begins with something more."""
        given = {**self._given, "tags": [*tags, *self.tags]}
        return Door(prefix + self.path, self.endpoint, **given)

    def _furnish(self) -> None:
        """Do what FastAPI does, with what was said of this door since it was declared."""
        given = self.__dict__.pop("_given")
        given |= {"responses": self.responses, "include_in_schema": self.include_in_schema}
        super().__init__(self.path, self.endpoint, **given)


class APIRouter(PlainRouter):
    """FastAPI's router, with doors like that."""

    def __init__(
        self,
        *,
        prefix: str = "",
        tags: list[str | Enum] | None = None,
        dependencies: Sequence[Any] | None = None,
        include_in_schema: bool = True,
    ) -> None:
        super().__init__(
            prefix=prefix,
            tags=tags,
            dependencies=dependencies,
            include_in_schema=include_in_schema,
            route_class=Door,
        )

    def take_in(self, router: PlainRouter) -> None:
        """Another router's doors, below this one's address. FastAPI's own way furnishes each."""
        for route in router.routes:
            assert isinstance(route, Door)  # noqa: S101 - ours have nothing else
            self.routes.append(route.below(self.prefix, self.tags))
