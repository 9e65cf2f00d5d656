"""What infra/ holds is valid as far as this machine can tell, and names only what the project has."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cleaning.language.weights import DISTRIBUTION
from flows.server.serve import SETTINGS
from flows.web.address import PORT
from tests import guides

INFRA = guides.ROOT / "infra"
COMPOSE = yaml.safe_load((INFRA / "compose.yaml").read_text())
PYTHON = tomllib.loads((guides.ROOT / "pyproject.toml").read_text())


def instructions(path: Path) -> Iterator[tuple[str, str]]:
    """The instructions of a Dockerfile, with their arguments."""
    text = re.sub(r"\\\n\s*", "", path.read_text())
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, rest = line.partition(" ")
            yield name, rest


def test_the_image_holds_every_package_and_the_pinned_weights() -> None:
    allowed = (INFRA / "Dockerfile.dockerignore").read_text().splitlines()
    include = PYTHON["tool"]["setuptools"]["packages"]["find"]["include"]
    packages = {pattern.removesuffix("*") for pattern in include}
    needed = {*packages, "pyproject.toml", "constraints.txt", "README.md", "LICENSE"}
    assert {a[1:] for a in allowed if a.startswith("!")} == needed
    for recipe in ("Dockerfile", "tahona.def"):
        text = (INFRA / recipe).read_text()
        assert DISTRIBUTION in text and "-c" in text and "constraints.txt" in text
        commands = re.split(r"&&|\n", re.sub(r"\\\n\s*", " ", text))
        installs = [c for c in commands if "pip install" in c and not c.startswith("#")]
        assert installs and all(" -c " in c or "--no-deps" in c for c in installs)
    pinned = (guides.ROOT / "constraints.txt").read_text()
    for name in ("torch", "prefect", "s3fs"):  # what decides most of an image
        assert re.search(rf"^{name}==[\d.]+$", pinned, re.M), f"{name} of an image is any version"
    apptainer = re.findall(r"^    (\S+) /opt/tahona/", (INFRA / "tahona.def").read_text(), re.M)
    assert set(apptainer) == needed


def test_the_image_runs_as_nobody_in_particular() -> None:
    stages: list[list[tuple[str, str]]] = []
    for name, rest in instructions(INFRA / "Dockerfile"):
        if name == "FROM":
            stages.append([])
        if stages:
            stages[-1].append((name, rest))
    for stage in stages:
        assert [rest for name, rest in stage if name == "USER"][-1] == "tahona"
    extras = set(PYTHON["project"]["optional-dependencies"])
    for name, rest in instructions(INFRA / "Dockerfile"):
        if name == "RUN":
            assert not guides.parses(rest)
            for group in re.findall(r"\[([\w,]+)\]", rest):
                assert set(group.split(",")) <= extras


def test_every_image_is_pinned_and_every_secret_comes_from_the_environment_file() -> None:
    variables = {
        line.partition("=")[0]
        for line in (INFRA / "env.example").read_text().splitlines()
        if "=" in line and not line.startswith("#")
    }
    text = (INFRA / "compose.yaml").read_text()
    assert set(re.findall(r"\$\{(\w+)", text)) == variables
    for name, service in COMPOSE["services"].items():
        if service["image"] != "tahona":
            assert re.search(r":.*\d", service["image"]), f"{name} is not pinned"
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), f"{name} listens on {port}"
        for key, value in _environment(service):
            if re.search("PASSWORD|SECRET", key):
                assert ":?" in value or value.startswith("postgresql"), f"{name}: {key}"


def _environment(service: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in service.get("environment", {}).items():
        yield key, str(value)


def test_what_a_service_waits_for_can_be_known() -> None:
    services = COMPOSE["services"]
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in services, f"{name} waits for {other}"
            if how["condition"] == "service_healthy":
                assert services[other].get("healthcheck"), f"{other} has no health check"


def test_services_drop_their_rights_rotate_their_logs_and_databases_are_supported() -> None:
    for name, service in COMPOSE["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}, name
        if service["image"].startswith("postgres:"):
            assert int(service["image"].partition(":")[2].partition(".")[0]) >= 17, name
        if name != "bucket":
            assert service["healthcheck"], name
    assert f":{PORT}/" in COMPOSE["services"]["worker"]["healthcheck"]["test"][-1]
    pins = (guides.ROOT / "constraints.txt").read_text()
    assert re.search(r"^torch==", pins, re.M), "the image takes any torch"


def test_the_worker_has_a_user_of_its_own_in_the_store() -> None:
    worker, store = (dict(_environment(COMPOSE["services"][n])) for n in ("worker", "store"))
    assert worker["AWS_ACCESS_KEY_ID"] != store["MINIO_ROOT_USER"]
    policy = json.loads((INFRA / "store-policy.json").read_text())
    for statement in policy["Statement"]:
        assert not [a for a in statement["Action"] if "*" in a or a.startswith("admin:")]
        assert all(r.startswith("arn:aws:s3:::tahona") for r in statement["Resource"])


def test_compose_accepts_its_file(tmp_path: Path) -> None:
    command = compose_command()
    # Its first version, which Debian has, takes the name from a variable, and all else.
    text = re.sub("^name: .*", "", (INFRA / "compose.yaml").read_text(), flags=re.M)
    (tmp_path / "compose.yaml").write_text(text)
    environment = tmp_path / "env"
    filled = re.sub(r"^(\w+PASSWORD)=$", r"\1=x", (INFRA / "env.example").read_text(), flags=re.M)
    environment.write_text(filled)
    files = ["-f", str(tmp_path / "compose.yaml"), "-f", str(INFRA / "compose.gpu.yaml")]
    where = ["--project-directory", str(INFRA), "--env-file", str(environment)]
    done = subprocess.run(
        [*command, *where, *files, "config"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    worker = yaml.safe_load(done.stdout)["services"]["worker"]
    assert worker["environment"]["OPENLINEAGE_URL"] == "http://marquez:5000"
    assert worker["deploy"]["resources"]["reservations"]["devices"][0]["capabilities"] == ["gpu"]


def compose_command() -> list[str]:
    """Docker's compose, as a plug-in or by itself; skips the test where there is none."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if (
            shutil.which(command[0])
            and not subprocess.run([*command, "version"], capture_output=True).returncode
        ):
            return command
    pytest.skip("docker compose is not here")


def test_the_units_are_valid_and_hardened() -> None:
    units = sorted((INFRA / "systemd").iterdir())
    for unit in units:
        text = unit.read_text()
        for wanted in ("User=tahona", "NoNewPrivileges=yes", "ProtectSystem=strict"):
            assert wanted in text
    if shutil.which("systemd-analyze"):
        done = subprocess.run(
            ["systemd-analyze", "verify", *map(str, units)], capture_output=True, text=True
        )
        wrong = [
            line
            for line in done.stderr.splitlines()
            # What they start is installed on the machine that they are for.
            if str(INFRA) in line and "is not executable" not in line
        ]
        assert not wrong, "\n".join(wrong)


def test_a_server_of_its_own_is_told_what_serve_tells_its_server() -> None:
    unit = (INFRA / "systemd" / "tahona-server.service").read_text()
    compose = dict(_environment(COMPOSE["services"]["prefect"]))
    for name, value in SETTINGS.items():
        assert f"{name}={value}" in unit
        assert compose[name] == value
    # The environment of neither can be written to, and there Prefect would unpack its page.
    writable = compose["PREFECT_SERVER_UI_STATIC_DIRECTORY"].rpartition("/")[0]
    assert f"prefect:{writable}" in COMPOSE["services"]["prefect"]["volumes"]
    assert "UI_STATIC_DIRECTORY=/var/lib/tahona/" in unit and "StateDirectory=tahona" in unit


def test_scripts_and_units_ask_only_for_commands_that_there_are() -> None:
    for path in [*(INFRA / "slurm").iterdir(), *(INFRA / "systemd").iterdir()]:
        assert not list(guides.unknown(path.read_text())), path.name
