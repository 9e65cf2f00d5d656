"""From documents to models: tokenizer, token shards, the training loop, evaluation."""

import os

EXTRA = "train"  # the install extra with these
MODULES = ("torch", "safetensors")

# Threads that wait for one another must not spin: on two cores that another program uses too, two
# spinning threads were 5 to 70 times slower than two sleeping ones. OpenMP reads it as it is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
