"""A PostgreSQL from the packages of this machine, for the tests: in a folder of its own, on loopback."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_IXOTH

from tests.flows.server.served import until
from tests.ports import free_port
from tests.processes import begin

USER = "postgres"  # Debian's package makes it; the server refuses to run as root
# What a database for one test need not keep through a power cut.
SETTINGS = ("fsync=off", "listen_addresses=127.0.0.1", "unix_socket_directories=")


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`, which Debian keeps out of the path; None without them."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(debian, key=lambda path: int(path.parts[-3]), default=None)
    program = newest or shutil.which("initdb")
    return Path(program).parent if program else None


def _open_folder() -> Path:
    """For temporary files, where every user may look: into pytest's only its owner may, nor always into TMPDIR."""
    folders = Path(tempfile.gettempdir()), Path("/tmp")
    return next(f for f in folders if all(p.stat().st_mode & S_IXOTH for p in (f, *f.parents)))


@contextmanager
def postgres(programs: Path) -> Iterator[str]:
    """The URL of a fresh database, with a password, for as long as the server runs."""
    user = USER if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="tahona-postgres-", dir=_open_folder()) as name:
        folder, port = Path(name), free_port()
        (folder / "password").write_text("secret")
        if user:
            for path in (folder, folder / "password"):
                shutil.chown(path, user)
        auth = ["--username=prefect", "--auth=scram-sha-256", f"--pwfile={folder}/password"]
        arguments = [f"--pgdata={folder}/data", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(
            [programs / "initdb", *arguments, *auth],
            user=user,
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        log = folder / "log"
        options = [word for setting in (*SETTINGS, f"port={port}") for word in ("-c", setting)]
        with log.open("w") as output:
            server = begin(
                [programs / "postgres", "-D", folder / "data", *options],
                ends_by=signal.SIGINT,
                user=user,
                cwd=folder,
                stderr=output,
            )
        try:
            until(lambda: "ready to accept" in log.read_text() or server.poll() is not None)
            assert server.poll() is None, log.read_text()
            yield f"postgresql+asyncpg://prefect:secret@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # ends it without waiting for those connected
            server.wait(240)
