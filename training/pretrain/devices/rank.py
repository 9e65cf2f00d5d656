"""A rank of a run on several devices: trains by one order of its parent."""

from __future__ import annotations

import signal

from pipeline.engines.process import Parent
from pipeline.errors import Stopped, TahonaError


def main() -> None:
    """Runs until the run ends; what went wrong is told and not raised."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the parent decides when to end
        signal.signal(number, signal.SIG_IGN)
    parent = Parent()
    from training.pretrain.devices.parallel import run_rank

    order = next(parent.orders())
    try:
        parent.tell(done=order["number"], **run_rank(parent, order))
    except Stopped as stop:
        parent.tell(stopped=str(stop))
    except TahonaError as error:
        parent.tell(error=str(error))
    except OSError as error:  # of the disk: the parent raises it as if it were its own
        parent.tell(failed=[error.errno, error.strerror or str(error)])
    next(parent.orders())  # until the parent ends this process


if __name__ == "__main__":
    main()
