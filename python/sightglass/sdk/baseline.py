"""A detection's memory of what is normal, kept by the product."""

from __future__ import annotations

from typing import Generic, TypeVar

from sightglass.sdk.context import Context, Stage

K = TypeVar("K", bound=tuple[str | int | None, ...])


class Baseline(Generic[K]):
    """A named set of keys that belong to normal operation.

    The detection declares it; learning, storing, review and export are the product's.
    """

    def __init__(self, name: str, *, learnable: bool = True) -> None:
        """Declare a baseline.

        Args:
            name: Unique among the detections that are installed; part of exported baselines.
            learnable: Whether an operator may add a key with the verdict *learn*.
        """
        self.name = name
        self.learnable = learnable

    def is_new(self, key: K, context: Context) -> bool:
        """Whether a key differs from what was learned; while learning it is added.

        Returns:
            False while learning and when nothing was learned: then there is nothing to judge by.
        """
        return context.is_new(self.name, self.as_text(key), learnable=self.learnable)

    def can_judge(self, context: Context) -> bool:
        """Whether something was learned to judge by."""
        return context.stage is Stage.OPERATIONAL

    def learn_key(self, key: K) -> tuple[str, ...]:
        """The entry for `Alert.learn`: the baseline's name, then the key."""
        return (self.name, *self.as_text(key))

    @staticmethod
    def as_text(key: K) -> tuple[str, ...]:
        """Key as it is stored."""
        return tuple("" if part is None else str(part) for part in key)
