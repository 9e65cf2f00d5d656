"""The tests. Their processes share few processors: no library starts threads of its own in one of them.

And whatever a person speaks here, they read what a command says in English.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ["LC_ALL"] = "C.UTF-8"
