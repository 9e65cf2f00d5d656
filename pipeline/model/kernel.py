"""A kernel by its name, and the parameters in the form that it takes them."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Mapping
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel

from pipeline.model.stage import Work

Kernel = Callable[[Work[Any]], None]


def load(name: str) -> Kernel:
    """The function that a step names `module:function`."""
    module, _, function = name.partition(":")
    kernel: Kernel = getattr(importlib.import_module(module), function)
    return kernel


def params_for(kernel: Kernel, values: Mapping[str, Any]) -> Any:
    """The parameters of a task, from their JSON, as the kernel declares them: for `Work[Model]` a Model.

    For a plain `Work` a dictionary. A pydantic ValidationError where the values don't fit.
    """
    model = _model(kernel)
    return dict(values) if model is None else model.model_validate(values)


@functools.cache
def _model(kernel: Kernel) -> type[BaseModel] | None:
    # The hints are read while it runs: a model must not be imported for type checking alone.
    (work, *_) = inspect.signature(kernel).parameters
    (model, *_) = get_args(get_type_hints(kernel).get(work)) or (None,)
    return model if isinstance(model, type) and issubclass(model, BaseModel) else None
