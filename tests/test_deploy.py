"""What lies in deploy/ starts what there is, with settings there are; proxies keep no addresses."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from holdfast.cli import app
from holdfast.settings import Settings

DEPLOY = Path(__file__).parents[1] / "deploy"
UNITS = sorted(DEPLOY.glob("systemd/*.service"))
SERVING = [unit for unit in UNITS if "backup" not in unit.name]
GUIDE = (DEPLOY.parent / "docs/guides/scale-out.md").read_text()
CADDYFILES = ("proxy/Caddyfile", "proxy/one.Caddyfile", "proxy/machines.Caddyfile")
PROXIES = (*CADDYFILES, "proxy/nginx.conf")
COMMANDS = set(get_command(app).commands)  # type: ignore[attr-defined]
OURS = {"HOLDFAST_DOMAIN", *(f"HOLDFAST_{name.upper()}" for name in Settings.model_fields)}
LONGEST_DRAIN = 30  # seconds: what a stop in good order may take (trust.md, R12)


def written(name: str) -> str:
    return (DEPLOY / name).read_text()


def manifests() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for file in sorted(DEPLOY.glob("kubernetes/*.yaml")):
        found += yaml.safe_load_all(file.read_text())
    return found


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [one for one in manifests() if one["kind"] == kind]


def services() -> dict[str, dict[str, Any]]:
    composed: dict[str, dict[str, Any]] = yaml.safe_load(written("compose.yml"))["services"]
    return composed


def ours() -> dict[str, dict[str, Any]]:
    return {name: one for name, one in services().items() if one["image"] == "holdfast"}


def containers() -> list[dict[str, Any]]:
    jobs = of_kind("Job") + [one["spec"]["jobTemplate"] for one in of_kind("CronJob")]
    pods = [one["spec"]["template"]["spec"] for one in of_kind("Deployment") + jobs]
    return [one for pod in pods for one in pod["containers"]]


@pytest.mark.parametrize(
    "file", sorted(f for f in DEPLOY.rglob("*") if f.is_file()), ids=lambda file: file.name
)
def test_every_setting_named_is_one_there_is(file: Path) -> None:
    assert set(re.findall(r"HOLDFAST_[A-Z_]+", file.read_text())) <= OURS


def test_everything_that_is_started_is_a_command_there_is() -> None:
    started = {word for one in ours().values() for word in one["command"]}
    started |= {word for one in containers() for word in one["args"]}
    for unit in UNITS:
        started |= set(re.findall(r"^ExecStart=\S+ (\w+)$", unit.read_text(), re.MULTILINE))
    assert started == {"migrate", "serve", "web", "live", "worker", "backup"}
    assert started <= COMMANDS


def test_of_each_role_there_are_two() -> None:
    for role in ("web", "live", "worker"):
        assert ours()[role]["deploy"]["replicas"] == 2
    assert {one["metadata"]["name"]: one["spec"]["replicas"] for one in of_kind("Deployment")} == {
        "web": 2,
        "live": 2,
        "worker": 2,
    }


def test_nothing_runs_as_root_or_may_write_where_it_lies() -> None:
    assert re.search(r"^USER 10001:10001$", written("Dockerfile"), re.MULTILINE)
    for one in ours().values():
        assert one["read_only"]
        assert one["cap_drop"] == ["ALL"]
    for one in containers():
        assert one["securityContext"]["readOnlyRootFilesystem"]
        assert not one["securityContext"]["allowPrivilegeEscalation"]
    for unit in UNITS:
        for line in ("User=holdfast", "ProtectSystem=strict", "NoNewPrivileges=yes"):
            assert f"\n{line}\n" in unit.read_text(), (unit.name, line)


def test_only_the_one_that_makes_the_root_key_may_write_it() -> None:
    for name, one in ours().items():
        assert one["volumes"][0] == ("keys:/keys" if name == "migrate" else "keys:/keys:ro")


def test_what_witnesses_the_record_outlives_a_container() -> None:
    assert "witness:/data" in ours()["worker"]["volumes"]
    assert not any(place.startswith("/data") for place in ours()["worker"]["tmpfs"])


def test_a_backup_lies_on_a_disk_of_its_own_and_asks_nobody_outside() -> None:
    composed = ours()["backup"]
    assert composed["environment"]["HOLDFAST_BACKUPS"] == "/backups"
    assert "backups:/backups" in composed["volumes"]
    assert composed["networks"] == ["inside"]
    assert composed["profiles"] == ["backup"]  # it is run by the clock, and not with the rest
    (cron,) = of_kind("CronJob")
    pod = cron["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (claimed,) = [one for one in pod["volumes"] if "persistentVolumeClaim" in one]
    made = {one["metadata"]["name"] for one in of_kind("PersistentVolumeClaim")}
    assert claimed["persistentVolumeClaim"]["claimName"] in made
    mounted = {one["name"]: one["mountPath"] for one in pod["containers"][0]["volumeMounts"]}
    assert mounted[claimed["name"]] == pod["containers"][0]["env"][0]["value"]
    assert "/backups" in written("Dockerfile")


def test_whoever_may_have_to_call_people_can_reach_them_and_what_keeps_words_is_out_of_reach() -> (
    None
):
    for role in ("web", "live", "worker"):  # each calls by itself where nothing can be kept
        assert "outside" in ours()[role]["networks"]
    for shut_in in ("postgres", "keystore", "redis", "migrate"):
        assert services()[shut_in]["networks"] == ["inside"]


def test_the_database_is_told_to_keep_what_it_says_it_keeps() -> None:
    for store in ("postgres", "keystore"):
        said = services()[store]["command"]
        assert "fsync=on" in said
        assert "synchronous_commit=on" in said


def test_a_stop_is_given_the_time_that_it_takes() -> None:
    for one in ours().values():
        assert int(one["stop_grace_period"].removesuffix("s")) > LONGEST_DRAIN
    for deployed in of_kind("Deployment"):
        assert deployed["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > LONGEST_DRAIN
    for unit in UNITS:
        assert int(re.findall(r"TimeoutStopSec=(\d+)", unit.read_text())[0]) > LONGEST_DRAIN


def test_every_process_is_asked_how_it_is_and_one_of_each_stays() -> None:
    for deployed in of_kind("Deployment"):
        one = deployed["spec"]["template"]["spec"]["containers"][0]
        assert one["livenessProbe"]["httpGet"]["path"] == "/healthz"
        assert one["readinessProbe"]["httpGet"]["path"] == "/readyz"
    kept = {
        one["metadata"]["name"]: one["spec"]["minAvailable"]
        for one in of_kind("PodDisruptionBudget")
    }
    assert kept == {"web": 1, "live": 1, "worker": 1}


@pytest.mark.parametrize("name", PROXIES)
def test_proxies_pass_no_address_on_and_show_nobody_how_the_place_is(name: str) -> None:
    proxy = written(name)
    for header in ("X-Forwarded-For", "Forwarded"):
        assert re.search(rf'-{header}\n|{header} "";', proxy)
    for path in ("/metrics", "/readyz", "/healthz"):
        assert path in proxy


def test_nginx_says_where_it_runs_as_the_unit_of_debian_asks() -> None:
    """Elsewhere, its start was waited for in vain, and it was ended."""
    assert "\npid /run/nginx.pid;" in written("proxy/nginx.conf")


def test_nginx_writes_no_access_log() -> None:
    assert "access_log off;" in written("proxy/nginx.conf")
    assert not re.search(r"access_log (?!off)", written("proxy/nginx.conf"))


@pytest.mark.parametrize("name", CADDYFILES)
def test_caddy_writes_no_access_log(name: str) -> None:
    """Caddy writes one only for a site that has a `log` of its own."""
    site = written(name).partition("{$HOLDFAST_DOMAIN} {")[2]
    assert site
    assert not re.search(r"^\s*log\b", site, re.MULTILINE)


def test_caddy_leaves_a_machine_alone_that_does_not_answer_or_says_that_it_goes() -> None:
    """The one with the fewest lines is asked first, and a dead one has none: for ever."""
    chosen = written("proxy/machines.Caddyfile").split("reverse_proxy")[1:]
    assert len(chosen) == 2
    for to in chosen:
        assert re.search(r"lb_policy least_conn\n\s*fail_duration 2s\n", to)
        assert re.findall(r"health_uri (\S+)", to) == ["/healthz"]  # of /readyz see the file
        assert re.search(r"health_interval 1s\n", to)  # often within HOLDFAST_DRAIN


@pytest.mark.parametrize("unit", SERVING, ids=lambda unit: unit.name)
def test_a_process_may_see_what_it_measures_itself_by(unit: Path) -> None:
    """With ProcSubset=pid it gave no process_… figures, and two alerts could never come."""
    shields = unit.read_text().splitlines()
    assert "ProtectProc=invisible" in shields
    assert "ProcSubset=pid" not in shields


def test_whoever_keeps_lines_open_may_open_enough_files() -> None:
    for name in ("holdfast", "holdfast-web", "holdfast-live"):
        unit = written(f"systemd/{name}.service")
        assert int(re.findall(r"^LimitNOFILE=(\d+)$", unit, re.MULTILINE)[0]) >= 65536


def test_the_guide_tells_each_machine_all_that_the_compose_file_tells_its_processes() -> None:
    """It left out the keystore: the first machine then went on with keys of its own."""
    (listed,) = re.findall(r"```sh\n((?:HOLDFAST_\w+=.*\n){4,})```", GUIDE)
    told = {line.partition("=")[0] for line in listed.splitlines()}
    composed = set(ours()["web"]["environment"]) - {"HOLDFAST_ROOT_KEY"}  # a credential there
    assert told == composed | {"HOLDFAST_HOST"}


def test_every_process_of_the_guide_is_measured() -> None:
    (job,) = yaml.safe_load(written("monitoring/prometheus.yml"))["scrape_configs"]
    asked = {one["labels"]["role"]: one["targets"] for one in job["static_configs"]}
    for role in ("web", "live", "worker"):
        (port,) = re.findall(r"HOLDFAST_PORT=(\d+)", written(f"systemd/holdfast-{role}.service"))
        assert asked[role] == [f"10.0.0.1{machine}:{port}" for machine in (1, 2, 3)]


def test_the_keyboard_has_the_account_the_settings_and_the_key_of_the_units() -> None:
    here = written("systemd/holdfast-here")
    unit = written("systemd/holdfast-web.service")
    for shared in ("User", "Group", "EnvironmentFile", "LoadCredential", "StateDirectoryMode"):
        (line,) = re.findall(rf"^({shared}=.*)$", unit, re.MULTILINE)
        assert f"--property={line}" in here
    assert (
        subprocess.run(["sh", "-n", DEPLOY / "systemd/holdfast-here"], check=False).returncode == 0
    )
    for written_of in re.findall(r"sudo holdfast-here ([a-z]+)", GUIDE):
        assert written_of in COMMANDS


@pytest.mark.skipif(shutil.which("caddy") is None, reason="caddy is not here")
@pytest.mark.parametrize("name", CADDYFILES)
def test_caddy_takes_it(name: str, tmp_path: Path) -> None:
    said = subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", DEPLOY / name],
        env={"HOLDFAST_DOMAIN": "peer.example", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
