"""The optimizers, the rates that a size asks for, and the rate as a function of the step.

`adamw`: AdamW (Loshchilov 2019) for all. `muon`: the matrices of the layers take steps that are made orthogonal
(Jordan 2024), the rest AdamW. `normuon`: those steps, normalised by row (Li 2025). `moonlight`: those of Muon in the
size of AdamW's, with its decay (Liu 2025). A skipped step leaves weights and moments as they are, without the host
waiting to know.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor

from training.models.model import Model
from training.models.product import added, product

BETAS = (0.9, 0.95)
MOMENTUM = 0.95
# Muon's momentum begins lower: a mean of 20 steps says little in the first ones (modded-nanogpt, nanochat).
FIRST_MOMENTUM, RISING = 0.85, 300
ROWS_BETA = 0.95  # NorMuon's, of the size of each row
# Newton-Schulz (Jordan 2024): five steps of this quintic take singular values to about one.
QUINTIC, STEPS = (3.4445, -4.7750, 2.0315), 5


@dataclass(frozen=True)
class Rates:
    """The peak rates: of the matrices, and of embeddings and vectors, which AdamW steps."""

    matrices: float
    others: float


class Optimizers:
    """Some optimizers as one. `rate(share)` sets what each steps by."""

    def __init__(self, optimizers: Sequence[torch.optim.Optimizer]) -> None:
        self.all = list(optimizers)
        for optimizer in self.all:
            for group in optimizer.param_groups:
                group["peak"] = group["lr"]

    def rate(self, share: float, step: int) -> None:
        """Sets the rates to a share of their peaks, and the momentum of a step."""
        for optimizer in self.all:
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * share
                if "momentum" in group:
                    group["momentum"] = momentum(step)

    def step(self, skip: Tensor) -> None:
        """A step, which is none where `skip` (float, on the device) is 1."""
        for optimizer in self.all:
            optimizer.found_inf = skip  # type: ignore[attr-defined]
            optimizer.step()

    def zero_grad(self) -> None:
        for optimizer in self.all:
            optimizer.zero_grad()

    def state(self) -> dict[Tensor, dict[str, Tensor]]:
        """What is kept of each weight, by kind."""
        state: dict[Tensor, dict[str, Tensor]] = {}
        for optimizer in self.all:
            state |= optimizer.state
        return state

    def clear(self) -> None:
        """Forgets what is kept of the weights, as before the first step."""
        for optimizer in self.all:
            optimizer.state.clear()

    def load(self, weight: Tensor, kind: str, value: Tensor) -> None:
        """Sets what is kept of a weight."""
        for optimizer in self.all:
            if any(weight is w for group in optimizer.param_groups for w in group["params"]):
                optimizer.state[weight][kind] = value


def momentum(step: int) -> float:
    """Muon's momentum at a step: up linearly over the first 300, then constant."""
    return FIRST_MOMENTUM + (MOMENTUM - FIRST_MOMENTUM) * min(1.0, step / RISING)


class Muon(torch.optim.Optimizer):
    """Momentum whose step is made orthogonal. `form`: `muon`, `normuon` or `moonlight`."""

    def __init__(self, weights: Sequence[Tensor], lr: float, decay: float, form: str) -> None:
        super().__init__(weights, {"lr": lr, "weight_decay": decay, "momentum": MOMENTUM})
        self.form = form
        self.found_inf: Tensor | None = None

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """A step; of matrices of one shape all at once."""
        assert self.found_inf is not None
        taken = self.found_inf == 0
        for group in self.param_groups:
            alike: dict[torch.Size, list[Tensor]] = defaultdict(list)
            for weight in group["params"]:
                if weight.grad is not None:
                    alike[weight.shape].append(weight)
            for weights in alike.values():
                self._step(weights, group, taken)

    def _step(self, weights: list[Tensor], group: Mapping[str, Any], taken: Tensor) -> None:
        rate, decay, kept = group["lr"], group["weight_decay"], group["momentum"]
        moments = [self._kept(w, "momentum", torch.zeros_like(w)) for w in weights]
        gradients = [w.grad for w in weights if w.grad is not None]
        # A step that is not taken has no gradient, moves no moment and has the rate zero: so nothing changes.
        for gradient in gradients:
            local(gradient).masked_fill_(~taken, 0.0)
        torch._foreach_mul_(_locals(moments), torch.where(taken, kept, 1.0))
        torch._foreach_add_(_locals(moments), _locals(gradients), alpha=1 - kept)
        steps = torch._foreach_lerp(gradients, moments, kept)  # Nesterov's
        directions = orthogonal(torch.stack([whole(step).flatten(1) for step in steps]))
        rows, columns = directions.shape[-2:]
        scale = max(1, rows / columns) ** 0.5
        if self.form == "moonlight":
            scale = 0.2 * max(rows, columns) ** 0.5  # the root mean square of a step of AdamW
        if self.form == "normuon":
            pairs = zip(weights, directions, strict=True)
            directions = torch.stack([self._by_row(w, step, taken) for w, step in pairs])
        directions = directions * (taken * (rate * scale))
        shaped = [
            parted(step.view(w.shape), w) for w, step in zip(weights, directions, strict=True)
        ]
        torch._foreach_mul_(_locals(weights), 1 - taken * (rate * decay))
        torch._foreach_sub_(_locals(weights), _locals(shaped))

    def _by_row(self, weight: Tensor, direction: Tensor, taken: Tensor) -> Tensor:
        """Every row of the same size over time, and the whole of the size that it had."""
        sizes = self._kept(weight, "rows", torch.zeros(len(direction), device=direction.device))
        squares = direction.square().mean(-1)
        _set(sizes, torch.lerp(squares, sizes, ROWS_BETA), taken)
        divided = direction / (sizes[:, None].sqrt() + 1e-8)
        return divided * (direction.norm() / divided.norm().clamp(min=1e-8))

    def _kept(self, weight: Tensor, kind: str, first: Tensor) -> Tensor:
        value: Tensor = self.state[weight].setdefault(kind, first)
        return value


def _set(own: Tensor, new: Tensor, taken: Tensor) -> None:
    """Gives a tensor new values, where they are taken."""
    own.copy_(torch.where(taken, new, own))


def orthogonal(matrices: Tensor) -> Tensor:
    """The nearest matrices with equal singular values, about one: (number, rows, columns)."""
    x = matrices.to(_products(matrices.device.type))
    tall = x.shape[-2] > x.shape[-1]
    x = x.mT if tall else x
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    # In fp32 the steps of long matrices are taken by their squares, which are smaller; bf16 is too coarse for that.
    small = x.shape[-1] > 2 * x.shape[-2] and x.dtype == torch.float32
    x = _by_squares(x) if small else _iterated(x)
    return (x.mT if tall else x).to(matrices.dtype)


def _iterated(x: Tensor) -> Tensor:
    a, b, c = QUINTIC
    for _ in range(STEPS):
        square = product(x, x.mT)
        square = added(square, square, square, beta=b, alpha=c)
        x = added(x, square, x, beta=a)
    return x


def _by_squares(x: Tensor) -> Tensor:
    """The same: each step multiplies x from the left by a polynomial of its square, so all of them do at once."""
    a, b, c = QUINTIC
    square = product(x, x.mT)
    all_steps = a * torch.eye(x.shape[-2], device=x.device)
    for step in range(STEPS):
        factor = added(square, square, square, beta=b, alpha=c)  # less a times the identity
        all_steps = added(all_steps, factor, all_steps, beta=a) if step else factor + all_steps
        if step < STEPS - 1:
            half = added(square, factor, square, beta=a)
            square = added(half, half, factor, beta=a)
    return product(all_steps, x)


@cache
def _products(device: str) -> torch.dtype:
    """What the products are computed in: on a GPU bf16 (Jordan 2024).

    On a CPU its rounding parts a batch in micro-batches from a whole one: by 1e-3 of the loss in five steps.
    """
    return torch.float32 if device == "cpu" else torch.bfloat16


def whole(tensor: Tensor) -> Tensor:
    """A tensor that is spread over ranks, in one piece; others as they are."""
    full = getattr(tensor, "full_tensor", None)
    return full() if full else tensor


def local(tensor: Tensor) -> Tensor:
    """The part of a spread tensor that this rank has; others as they are."""
    own: Any = getattr(tensor, "to_local", None)
    return own() if own else tensor


def _locals(tensors: Iterable[Tensor]) -> list[Tensor]:
    return [local(tensor) for tensor in tensors]


def parted(tensor: Tensor, like: Tensor) -> Tensor:
    """The other way: spread as `like` is."""
    mesh = getattr(like, "device_mesh", None)
    if mesh is None:
        return tensor
    from torch.distributed.tensor import distribute_tensor

    return distribute_tensor(tensor, mesh, like.placements, src_data_rank=None)  # type: ignore[attr-defined]


def optimizers(model: Model, kind: str, rates: Rates, weight_decay: float) -> Optimizers:
    """The optimizers of a model. The matrices of the layers decay, neither norms nor embeddings (OLMo)."""
    groups = {name: list(weights.values()) for name, weights in model.groups().items()}
    by_adamw = [{"params": [*groups["embeddings"], *groups["vectors"]], "weight_decay": 0.0}]
    by_muon: list[torch.optim.Optimizer] = []
    if kind == "adamw":
        by_adamw.append(
            {"params": groups["matrices"], "weight_decay": weight_decay, "lr": rates.matrices}
        )
    elif groups["matrices"]:
        by_muon.append(Muon(groups["matrices"], rates.matrices, weight_decay, kind))
    return Optimizers(
        [*by_muon, torch.optim.AdamW(by_adamw, lr=rates.others, betas=BETAS, fused=True)]
    )


def rates_for(kind: str, matrices: int, width: int, batch: int) -> Rates:
    """The peak rates for a number of parameters without the embedding, a width and a batch of so many tokens.

    AdamW of the matrices: 0.0047 / 2 (N / 108e6)^(-1/3) at a batch of 327,680 (N / 108e6)^(2/3) tokens (the
    ladder of OLMo-core, wsds_chinchilla_run_configurator.py); in a smaller batch times the root of its share.
    Muon: 0.02, whatever the size (nanochat, at 524,288 tokens a batch; here at 1,024 too). The embedding, which is
    the head: 0.004 (768 / width)^(1/2) (nanochat's head).
    """
    others = 0.004 * (768 / width) ** 0.5
    if kind in ("muon", "normuon"):
        return Rates(0.02, float(f"{others:.3g}"))
    size = matrices / 108e6
    share = min(1.0, batch / (327_680 * size ** (2 / 3))) ** 0.5
    peak = float(f"{0.0047 / 2 * size ** (-1 / 3) * share:.3g}")
    return Rates(peak, peak if kind == "adamw" else float(f"{others:.3g}"))


def schedule(kind: str, steps: int, warmup: float, decay: float) -> Callable[[int], float]:
    """The share of the peak at step 0 .. steps-1. `warmup` and `decay` are shares of the steps.

    `wsd`: up linearly, constant, down linearly to zero over the last `decay`. `cosine`: up linearly,
    then half a cosine down to a tenth of the peak. `constant`: up linearly, and on.
    """
    rising = max(1, round(warmup * steps))
    falling = max(1, round(decay * steps))

    def share(step: int) -> float:
        if step < rising:
            return (step + 1) / rising
        if kind == "constant":
            return 1.0
        if kind == "wsd":
            return min(1.0, (steps - step) / falling)
        done = (step - rising) / max(1, steps - rising)
        return 0.1 + 0.45 * (1 + math.cos(math.pi * done))

    return share
