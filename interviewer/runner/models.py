"""The small model that a ``Model`` argument stands for, the same in worker and reference."""

from __future__ import annotations

from typing import Any


def make(state: dict[str, Any]) -> Any:
    """An ``nn.Module`` whose parameters are copies of these tensors."""
    import torch

    module = torch.nn.Module()
    for name, value in state.items():
        grad = value.is_floating_point() or value.is_complex()
        module.register_parameter(name, torch.nn.Parameter(value.detach().clone(), requires_grad=grad))
    return module


def set_state(module: Any, state: dict[str, Any]) -> None:
    """Other weights in the same parameters, in place, as an optimizer's step would leave them."""
    import torch

    with torch.no_grad():
        for name, value in state.items():
            module.get_parameter(name).copy_(value)


def state_of(module: Any) -> dict[str, Any]:
    return {name: value.detach().clone() for name, value in module.named_parameters()}
