"""The optimizers.

`adamw`: AdamW (Loshchilov 2019) for all. `muon`: the matrices of the layers take steps that are made orthogonal
(Jordan 2024), the rest AdamW. `normuon`: those steps, normalised by row (Li 2025). `moonlight`: those of Muon in the
size of AdamW's, with its decay (Liu 2025). A skipped step leaves weights and moments as they are, without the host
waiting to know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import torch
from torch import Tensor, nn

from training.models.model import Model
from training.models.product import added, product
from training.pretrain.loop.rates import Rates

BETAS, EPSILON = (0.9, 0.95), 1e-8
MOMENTUM = 0.95
# Muon's momentum begins lower: a mean of 20 steps says little in the first ones (modded-nanogpt, nanochat).
FIRST_MOMENTUM, RISING = 0.85, 300
ROWS_BETA = 0.95  # NorMuon's, of the size of each row
# Newton-Schulz (Jordan 2024): five steps of this quintic take singular values to about one.
QUINTIC, STEPS = (3.4445, -4.7750, 2.0315), 5


@dataclass
class Group:
    """Weights that are stepped by one rate, whose peak this is, and decay alike."""

    weights: list[nn.Parameter]
    peak: float
    decay: float


class Optimizer:
    """Steps the weights of some groups, and keeps tensors of each by kind.

    None of torch.optim's, whose first use imports torch's compiler: half a second of each start, for nothing that is
    compiled here.
    """

    def __init__(self, groups: Sequence[Group]) -> None:
        self.groups = groups
        self.share, self.momentum = 1.0, MOMENTUM  # of the peak rates; Muon's
        self.state: dict[Tensor, dict[str, Tensor]] = defaultdict(dict)

    def step(self, skip: Tensor) -> None:
        """A step of the weights that have a gradient, which is none where `skip` (float, on the device) is 1."""
        raise NotImplementedError

    def _kept(self, weight: Tensor, kind: str, first: Callable[[], Tensor]) -> Tensor:
        kept = self.state[weight]
        if kind not in kept:
            kept[kind] = first()
        return kept[kind]


class Optimizers:
    """Some optimizers as one. `rate(share)` sets what each steps by."""

    def __init__(self, optimizers: Sequence[Optimizer]) -> None:
        self.all = list(optimizers)

    def rate(self, share: float, step: int) -> None:
        """Sets the rates to a share of their peaks, and the momentum of a step."""
        for optimizer in self.all:
            optimizer.share, optimizer.momentum = share, momentum(step)

    @torch.no_grad()
    def step(self, skip: Tensor) -> None:
        """A step, which is none where `skip` (float, on the device) is 1."""
        for optimizer in self.all:
            optimizer.step(skip)

    def zero_grad(self) -> None:
        for weight in self._weights():
            weight.grad = None

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
            if any(weight is w for group in optimizer.groups for w in group.weights):
                optimizer.state[weight][kind] = value

    def _weights(self) -> Iterator[nn.Parameter]:
        for optimizer in self.all:
            for group in optimizer.groups:
                yield from group.weights


def momentum(step: int) -> float:
    """Muon's momentum at a step: up linearly over the first 300, then constant."""
    return FIRST_MOMENTUM + (MOMENTUM - FIRST_MOMENTUM) * min(1.0, step / RISING)


class AdamW(Optimizer):
    """Loshchilov's (2019), as torch.optim's AdamW steps with `fused`, to the bit."""

    def step(self, skip: Tensor) -> None:
        for group in self.groups:
            weights = [w for w in group.weights if w.grad is not None]
            if not weights:
                continue
            zeros = [partial(torch.zeros_like, w) for w in weights]
            means, squares = (
                [self._kept(w, kind, zero) for w, zero in zip(weights, zeros, strict=True)]
                for kind in ("exp_avg", "exp_avg_sq")
            )
            one = partial(torch.zeros, (), device=skip.device)
            steps = [self._kept(w, "step", one) for w in weights]
            torch._foreach_add_(steps, 1)
            torch._fused_adamw_(
                _locals(weights),
                _locals(w.grad for w in weights if w.grad is not None),
                _locals(means),
                _locals(squares),
                [],
                steps,
                lr=self.share * group.peak,
                beta1=BETAS[0],
                beta2=BETAS[1],
                weight_decay=group.decay,
                eps=EPSILON,
                amsgrad=False,
                maximize=False,
                found_inf=skip,
            )
            torch._foreach_sub_(steps, [skip] * len(steps))


class Muon(Optimizer):
    """Momentum whose step is made orthogonal. `form`: `muon`, `normuon` or `moonlight`."""

    def __init__(self, groups: Sequence[Group], form: str) -> None:
        super().__init__(groups)
        self.form = form

    def step(self, skip: Tensor) -> None:
        """Of matrices of one shape all at once."""
        for group in self.groups:
            alike: dict[torch.Size, list[Tensor]] = defaultdict(list)
            for weight in group.weights:
                if weight.grad is not None:
                    alike[weight.shape].append(weight)
            for weights in alike.values():
                self._step(weights, group, skip == 0)

    def _step(self, weights: list[Tensor], group: Group, taken: Tensor) -> None:
        rate, kept = self.share * group.peak, self.momentum
        moments = [self._kept(w, "momentum", partial(torch.zeros_like, w)) for w in weights]
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
            spread_like(step.view(w.shape), w) for w, step in zip(weights, directions, strict=True)
        ]
        torch._foreach_mul_(_locals(weights), 1 - taken * (rate * group.decay))
        torch._foreach_sub_(_locals(weights), _locals(shaped))

    def _by_row(self, weight: Tensor, direction: Tensor, taken: Tensor) -> Tensor:
        """Every row of the same size over time, and the whole of the size that it had."""
        zeros = partial(torch.zeros, len(direction), device=direction.device)
        sizes = self._kept(weight, "rows", zeros)
        squares = direction.square().mean(-1)
        _set(sizes, torch.lerp(squares, sizes, ROWS_BETA), taken)
        divided = direction / (sizes[:, None].sqrt() + 1e-8)
        return divided * (direction.norm() / divided.norm().clamp(min=1e-8))


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

    On a CPU its rounding distinguishes a batch in micro-batches from a whole one: by 1e-3 of the loss in five steps.
    """
    return torch.float32 if device == "cpu" else torch.bfloat16


def whole(tensor: Tensor) -> Tensor:
    """A tensor that is spread over ranks, in one piece; others as they are."""
    full = getattr(tensor, "full_tensor", None)
    return full() if full else tensor


def local(tensor: Tensor) -> Tensor:
    """The piece of a spread tensor that this rank has; others as they are."""
    own: Any = getattr(tensor, "to_local", None)
    return own() if own else tensor


def _locals(tensors: Iterable[Tensor]) -> list[Tensor]:
    return [local(tensor) for tensor in tensors]


def spread_like(tensor: Tensor, like: Tensor) -> Tensor:
    """The other way: spread as `like` is."""
    mesh = getattr(like, "device_mesh", None)
    if mesh is None:
        return tensor
    from torch.distributed.tensor import distribute_tensor

    return distribute_tensor(tensor, mesh, like.placements, src_data_rank=None)  # type: ignore[attr-defined]


def optimizers(model: Model, kind: str, rates: Rates, weight_decay: float) -> Optimizers:
    """The optimizers of a model. The matrices of the layers decay, neither norms nor embeddings (OLMo)."""
    groups = {name: list(weights.values()) for name, weights in model.groups().items()}
    matrices = [Group(groups["matrices"], rates.matrices, weight_decay)]
    others = [Group([*groups["embeddings"], *groups["vectors"]], rates.others, 0.0)]
    if kind == "adamw":
        return Optimizers([AdamW([*others, *matrices])])
    return Optimizers([Muon(matrices, kind), AdamW(others)])
