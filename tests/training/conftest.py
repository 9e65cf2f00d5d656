"""Torch's threads sleep while they wait, as in the kernels: its library reads this when it is loaded."""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
