"""`tahona doctor`: what is installed, reachable and missing, and the command that fixes it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from http.client import HTTPException
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from flows.report.words.language import languages
from flows.stages import ABOUTS
from flows.store.place import open_store
from pipeline import __version__
from pipeline.errors import TahonaError

State = Literal["ok", "missing", "wrong"]

ROOM = 5e9  # bytes of a disk below which a run is likely to end in the middle
PATIENCE = 10.0  # seconds within which another program must answer
_MEND_GPU = "install the driver of the GPU; nvidia-smi must name it"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `missing` hurts only those who need it; `wrong` ends a run. `mend` is a command."""

    name: str
    state: State
    says: str
    mend: str | None = None


def examine(store_url: str | None) -> dict[str, Any]:
    """Looks at everything; exit code 1 when something is wrong. Downloads nothing, writes only where a run would."""
    checks = [
        Check("tahona", "ok", f"{__version__}, Python {platform.python_version()}"),
        *_extras(),
        _weights(),
        _java(),
        _gpu(),
        _machine(),
        *_store(store_url),
        *_servers(store_url),
    ]
    width = max(len(check.name) for check in checks)
    text = []
    for check in checks:
        text.append(f"{check.state:<8} {check.name:<{width}}  {check.says}")
        text += [f"{'':<8} {'':<{width}}  -> {check.mend}"] if check.mend else []
    return {
        "checks": [asdict(check) for check in checks],
        "text": text,
        "exit_code": int(any(check.state == "wrong" for check in checks)),
    }


def _extras() -> Iterator[Check]:
    """The install extras, by the modules that come with them."""
    extras = {about.extra: about.modules for about in ABOUTS if about.extra}
    for extra, modules in {**extras, "s3": ("s3fs",)}.items():
        missing = [module for module in modules if find_spec(module) is None]
        needed = [about.name for about in ABOUTS if about.extra == extra] or ["a store on S3"]
        if missing:
            says = f"{', '.join(missing)} not installed: no {', '.join(needed)}"
            mend = (
                f"{sys.executable} -m pip install '.[{extra}]'  # in the folder of Tahona's README"
            )
            yield Check(extra, "missing", says, mend)
        else:
            yield Check(extra, "ok", ", ".join(f"{m} {_version(m)}" for m in modules))


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "of unknown version"


def _weights() -> Check:
    from cleaning.language.weights import INSTALL, weights_installed

    if path := weights_installed():
        return Check("language", "ok", f"the weights of the language identification: {path}")
    says = "the weights of the language identification are not here: annotate asks for them"
    return Check("language", "missing", says, INSTALL)


def _java() -> Check:
    """Only what stands on this machine; a Flink cluster elsewhere has its own."""
    path = shutil.which("java")
    if path is None:
        says = "not installed: no Flink on this machine, which only the engine `flink` asks for"
        return Check("java", "missing", says, "apt-get install default-jdk-headless maven")
    version = _output([path, "-version"]).splitlines()
    maven = "" if shutil.which("mvn") else "; no Maven, which fetches Flink"
    mend = "apt-get install maven" if maven else None
    says = f"{version[0] if version else path}{maven}"
    return Check("java", "missing" if maven else "ok", says, mend)


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr


def _gpu() -> Check:
    """In a process of its own: a broken driver ends only that."""
    if find_spec("torch") is None:
        return Check("gpu", "missing", "not asked for, since torch is not installed")
    command = (
        "import torch\nfor i in range(torch.cuda.device_count()):\n"
        " p = torch.cuda.get_device_properties(i); print(f'{p.name}, {p.total_memory / 1e9:.0f} GB')"
    )
    gpus = [line for line in _output([sys.executable, "-c", command]).splitlines() if " GB" in line]
    if gpus:
        return Check("gpu", "ok", "; ".join(gpus))
    if _version("torch").endswith("+cpu") and shutil.which("nvidia-smi"):
        says = "this torch was built for the processor alone"
        return Check(
            "gpu", "missing", says, f"{sys.executable} -m pip install --force-reinstall torch"
        )
    says = "none: models are trained on the processor"
    return Check("gpu", "missing", says, _MEND_GPU if shutil.which("nvidia-smi") else None)


def _machine() -> Check:
    language = languages()[0]
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Check("machine", "ok", f"{os.cpu_count()} processors, {language.size(memory)} of memory")


def _store(url: str | None) -> Iterator[Check]:
    from pipeline.store.copies import cache_folder

    language = languages()[0]
    try:
        store = open_store(url)
        if store.exists():
            store.check_writable()
            yield Check("store", "ok", store.url)
        else:
            yield _place(store.url)
    except TahonaError as error:
        yield Check("store", "wrong", str(error))
        return
    places = {"disk": Path(store.url)} if Path(store.url).is_absolute() else {}
    for name, place in {**places, "cache": cache_folder()}.items():
        place = _nearest(place)
        free = shutil.disk_usage(place).free
        says = f"{language.size(free)} free at {place}"
        if free < ROOM:
            yield Check(name, "wrong", says, "tahona prune --keep-runs 3")
        else:
            yield Check(name, "ok", says)


def _place(url: str) -> Check:
    """Whether a store could be made there; for a remote location only a run shows it."""
    if "://" not in url:
        near = _nearest(Path(url))
        try:  # what may be written by its bits may still hold no folders, as /proc
            with tempfile.TemporaryDirectory(prefix=".tahona-", dir=near):
                pass
        except OSError:
            why = "can't be written" if near.is_dir() else "is a file"
            return Check("store", "wrong", f"{near} {why}: give another place with --store")
    return Check("store", "ok", f"{url}, which the first run makes")


def _nearest(path: Path) -> Path:
    """The path, or the first folder above it that there is."""
    while not path.exists():
        path = path.parent
    return path


def _servers(url: str | None) -> Iterator[Check]:
    from flows.server.recording import answers
    from flows.web.address import address_of

    if prefect := os.environ.get("PREFECT_API_URL"):
        if answers(prefect):
            yield Check("prefect", "ok", f"answers at {prefect}")
        else:
            says = f"no server answers at {prefect} (PREFECT_API_URL): runs are not recorded"
            yield Check("prefect", "missing", says, "tahona serve, or: unset PREFECT_API_URL")
    else:
        says = "PREFECT_API_URL is not set: runs are recorded by no server"
        yield Check("prefect", "missing", says, "tahona serve")
    try:
        address = address_of(open_store(url))
    except TahonaError:
        address = None
    pages = "served by nobody" if address is None else f"served at {address}"
    mend = None if address else "tahona serve --no-prefect"
    yield Check("pages", "ok" if address else "missing", f"the pages of the store: {pages}", mend)
    if lineage := os.environ.get("OPENLINEAGE_URL"):
        reached = _reached(lineage)
        says = f"{'answers' if reached else 'nobody answers'} at {lineage} (OPENLINEAGE_URL)"
        mend = None if reached else "unset OPENLINEAGE_URL"
        yield Check("lineage", "ok" if reached else "missing", says, mend)


def _reached(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=PATIENCE).close()
    except urllib.error.HTTPError:
        return True  # it is there, and has no first page
    except (OSError, ValueError, HTTPException):
        return False
    return True
