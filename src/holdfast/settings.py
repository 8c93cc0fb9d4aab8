"""What an operator may set: environment variables that begin with HOLDFAST_."""

from __future__ import annotations

import os
import re
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from holdfast.kit.origins import as_origin, bracketed, is_loopback, is_private, of_this_machine

SPOKEN = {  # what an address may begin with, and what to say of one that does not
    "database_url": (("sqlite:", "postgresql:"), "database address begins with postgresql://"),
    "keystore_url": (("postgresql:",), "keystore address begins with postgresql://"),
    "redis_url": (
        ("redis:", "rediss:", "unix:"),
        "Redis address begins with redis:// or rediss://",
    ),
}


class Switch(StrEnum):
    """On or off, in words."""

    ON = "on"
    OFF = "off"


PUBLIC_KEY = re.compile(r"age1[02-9ac-hj-np-z]{58}")
LEAST_SECRET = 16
CREDENTIALS = "$CREDENTIALS_DIRECTORY"  # where systemd puts what a service may read


class Settings(BaseSettings):
    """Every setting, with its default. The reference page is generated from this class."""

    model_config = SettingsConfigDict(env_prefix="HOLDFAST_", extra="ignore", frozen=True)

    data: Path = Field(Path("data"), description="The data folder: database, root key, backups.")
    database_url: str = Field(
        "",
        repr=False,
        description="`postgresql://…` to keep the data there; empty for SQLite in the data folder. "
        "It may name several hosts (`postgresql://one,other/name`): the one that writes is used.",
    )
    redis_url: str = Field(
        "",
        repr=False,
        description="`redis://…` where several processes serve one place: the bell between them, "
        "who is here, and limits. Nothing that must last is kept there. Empty: they hear each "
        "other through the database, more slowly.",
    )
    replicas: str = Field(
        "",
        repr=False,
        description="Copies of the database that only read (`postgresql://…`, comma-separated), "
        "for pages that may be a moment old. Empty: the database itself is read.",
    )
    root_key: Path | None = Field(
        None,
        description="The root key’s file, if outside the data folder: the same on every machine.",
    )
    kms_url: str = Field(
        "",
        description="Where the transit engine of Vault (or OpenBao) is mounted, as "
        "`https://vault.example:8200/v1/transit`: the file of the root key is then one that only "
        "it can open. Empty: the file holds the root key itself.",
    )
    kms_key: str = Field("holdfast", description="The name of our key in that engine.")
    kms_token: Path | None = Field(
        None, description="The file of the token that may encrypt and decrypt with that key."
    )
    keys: Path | None = Field(
        None,
        description="The folder of the keystore and of what was erased, where it lies outside "
        "the data folder. Back it up apart from the data.",
    )
    keystore_url: str = Field(
        "",
        repr=False,
        description="`postgresql://…` to keep the data keys there: a PostgreSQL cluster of its "
        "own, never the one of the data. Empty: a file in the folder of the keys.",
    )
    backup_to: str = Field(
        "",
        description="The public key that backups are sealed to (`age1…`; several: "
        "comma-separated). `holdfast backup keys` makes a pair. Its secret half never lies here.",
    )
    backups: Path | None = Field(
        None,
        description="The folder that `holdfast backup` writes to; on another disk, or brought to "
        "another place at once. Empty: `backups` in the data folder.",
    )
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65_535, description="The port to listen on.")
    drain: float = Field(
        0,
        ge=0,
        le=300,
        description="How many seconds a process that is told to stop says so on `/readyz` and "
        "still takes whoever comes, and then how many it takes to close its lines one after the "
        "other. Behind a load balancer: 5. 0: it stops at once.",
    )
    origin: str = Field(
        "",
        description="The public origins, comma-separated: scheme, host and port, no path. "
        "Empty: `http://127.0.0.1:PORT` and `http://localhost:PORT`, and any other loopback "
        "address that `HOLDFAST_HOST` names.",
    )
    desk_origin: str = Field(
        "", description="One more origin, for the desk alone (`https://desk.peer.example`)."
    )
    limits: Switch = Field(
        Switch.ON,
        description="`off`: limits are counted but refuse nothing. For tests and benchmarks.",
    )
    proof_of_work: Switch = Field(
        Switch.ON,
        description="`off`: the door never asks for a proof of work, whatever a steward has set "
        "and however many come in. For tests and benchmarks.",
    )
    record_years: int = Field(2, ge=2, le=30, description="Years for which the record is kept.")
    coverage: Switch = Field(
        Switch.ON,
        description="`off`: rooms are live without a moderator on shift, and newcomers are read "
        "like anybody else. For tests and benchmarks.",
    )
    pager_push: str = Field(
        "",
        description="The push services that may be asked to call staff, and to tell members who "
        "chose it, comma-separated; `*.` at the front stands for any name below. Empty: nobody is "
        "called or told by web push. For all common "
        "browsers: `fcm.googleapis.com,updates.push.services.mozilla.com,*.push.apple.com,"
        "*.notify.windows.com`.",
    )
    pager_webhook: str = Field(
        "",
        description="Where the gateway that sends texts or rings people takes its requests "
        "(`https://…`, or `http://` on this machine). Empty: there is none.",
    )
    pager_secret: str = Field(
        "",
        repr=False,
        description="The secret with which requests to the gateway are signed; at least 16 "
        "characters. Needed with `HOLDFAST_PAGER_WEBHOOK`.",
    )
    language: str = Field("en", description="The language of someone whose language we lack.")
    pseudo_locale: Switch = Field(
        Switch.OFF,
        description="`on`: offers the pseudo-language that tests use (longer, right to left).",
    )
    oidc_issuer: str = Field(
        "",
        description="The organisation’s own sign-in for staff (OpenID Connect), as its issuer "
        "writes itself. Empty: there is none.",
    )
    oidc_client_id: str = Field("", description="Our name at that sign-in.")
    oidc_client_secret: str = Field("", description="Our secret at that sign-in.", repr=False)
    neutral_site: str = Field(
        "https://www.wikipedia.org/", description="Where “Leave now” takes people."
    )

    @property
    def origins(self) -> frozenset[str]:
        """The origins a browser may come from."""
        if self.origin:
            return frozenset([*self.origin.split(","), self.desk_origin]) - {""}
        return of_this_machine(self.host, self.port)

    @property
    def address(self) -> str:
        """Where people find this place: the first of its public origins, or what it listens on."""
        if self.origin:
            return self.origin.split(",")[0]
        return f"http://{bracketed(self.host)}:{self.port}"

    @property
    def push_services(self) -> tuple[str, ...]:
        """The push services that may be called, in small letters."""
        return tuple(part.strip().lower() for part in self.pager_push.split(",") if part.strip())

    @property
    def is_https(self) -> bool:
        return any(origin.startswith("https://") for origin in self.origins)

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{self.database_file}"

    @property
    def root_key_file(self) -> Path:
        """Where the root key lies unless a setting says otherwise."""
        return self.root_key or self.data / "root.key"

    @property
    def keys_folder(self) -> Path:
        """Where the keystore and the erasure ledger lie unless a setting says otherwise."""
        return self.keys or self.data / "keys"

    @property
    def backups_folder(self) -> Path:
        """Where backups are written unless a setting says otherwise."""
        return self.backups or self.data / "backups"

    @property
    def database_file(self) -> Path:
        """Where the database lies unless an address says otherwise."""
        return self.data / "holdfast.db"

    @property
    def weakened(self) -> list[str]:
        """The settings that make this place unfit for people, by their names."""
        names = {
            "HOLDFAST_COVERAGE": self.coverage,
            "HOLDFAST_LIMITS": self.limits,
            "HOLDFAST_PROOF_OF_WORK": self.proof_of_work,
        }
        return [name for name, switch in names.items() if switch is Switch.OFF]

    @field_validator("origin", "desk_origin")
    @classmethod
    def _as_browsers_write_it(cls, origins: str) -> str:
        return ",".join(as_origin(part) for part in origins.split(",") if part.strip())

    @field_validator("root_key", "keys", "kms_token", "backups", mode="before")
    @classmethod
    def _lies_nowhere_else(cls, file: object) -> object:
        if str(file).startswith(CREDENTIALS):
            folder = os.environ.get(CREDENTIALS[1:])
            if not folder:
                raise ValueError(f"{CREDENTIALS} is not set: systemd gave us no credentials")
            return folder + str(file).removeprefix(CREDENTIALS)
        return file or None  # `HOLDFAST_ROOT_KEY=` is no file of that name

    @field_validator("database_url", "keystore_url", "redis_url")
    @classmethod
    def _is_one_we_speak(cls, url: str, field: ValidationInfo) -> str:
        begins, what = SPOKEN[field.field_name or ""]
        if url and not url.startswith(begins):
            raise ValueError(f"a {what} (or is empty)")
        return url

    @field_validator("backup_to")
    @classmethod
    def _are_public_keys(cls, named: str) -> str:
        if named and not all(PUBLIC_KEY.fullmatch(one.strip()) for one in named.split(",")):
            raise ValueError("a public key begins with age1 (see `holdfast backup keys`)")
        return named

    @model_validator(mode="after")
    def _asks_a_kms_that_nobody_overhears(self) -> Settings:
        if self.kms_url and not is_private(self.kms_url):
            raise ValueError("HOLDFAST_KMS_URL begins with https://")
        if self.kms_url and self.kms_token is None:
            raise ValueError("HOLDFAST_KMS_URL needs a HOLDFAST_KMS_TOKEN")
        return self

    @model_validator(mode="after")
    def _shares_only_what_many_can_write(self) -> Settings:
        if (self.redis_url or self.replicas) and not self.database_url.startswith("postgresql:"):
            raise ValueError(
                "HOLDFAST_REDIS_URL and HOLDFAST_REPLICAS need a HOLDFAST_DATABASE_URL of "
                "PostgreSQL: SQLite is for one process"
            )
        return self

    @model_validator(mode="after")
    def _signs_what_it_asks_of_the_gateway(self) -> Settings:
        if self.pager_webhook and not is_private(self.pager_webhook):
            raise ValueError("HOLDFAST_PAGER_WEBHOOK begins with https://")
        if self.pager_webhook and len(self.pager_secret) < LEAST_SECRET:
            raise ValueError("HOLDFAST_PAGER_WEBHOOK needs a HOLDFAST_PAGER_SECRET of 16 or more")
        return self

    @model_validator(mode="after")
    def _refuse_half_a_sign_in(self) -> Settings:
        given = [self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret]
        if any(given) and not all(given):
            raise ValueError("HOLDFAST_OIDC_ISSUER, _CLIENT_ID and _CLIENT_SECRET go together")
        issuer = urlsplit(self.oidc_issuer)
        if self.oidc_issuer and issuer.scheme != "https" and not is_loopback(issuer.hostname or ""):
            raise ValueError("HOLDFAST_OIDC_ISSUER begins with https://")
        return self

    @model_validator(mode="after")
    def _refuse_what_does_not_fit_in_public(self) -> Settings:
        if self.desk_origin and (not self.origin or self.desk_origin in self.origin.split(",")):
            raise ValueError("HOLDFAST_DESK_ORIGIN stands beside HOLDFAST_ORIGIN, and is another")
        if self.is_https and self.weakened:
            raise ValueError(
                f"{', '.join(self.weakened)}=off is for tests on this machine and is refused "
                "with an https origin, because people may come there in earnest"
            )
        return self
