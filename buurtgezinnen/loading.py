"""Loads the parts of a page, so that one that fails leaves the others in place."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.utils.functional import Promise

logger = logging.getLogger(__name__)

Part = TypeVar("Part")


class Loading:
    """What was loaded of a page, and which parts of it could not be.

    For pages that read outside a transaction: a question that fails spoils an open one
    for all that follow.

    Attributes:
        failed: of each part that failed the sentence that says so. A page shows them:
            what is left out without a word is a promise that nobody keeps.
    """

    def __init__(self) -> None:
        self.failed: list[str | Promise] = []

    def part(
        self, sorry: str | Promise, load: Callable[[], Part], otherwise: Part
    ) -> Part:
        """What `load` gives; where it fails, `otherwise`, and `sorry` is kept.

        Args:
            sorry: says in words which part is missing.
            load: asks and makes all of the part; nothing of it may be left for later.
            otherwise: what stands there when it fails.
        """
        try:
            return load()
        except Exception:
            # Whatever it is, the other parts still hold. The log tells only classes.
            logger.exception("A part of a page could not be loaded.")
            self.failed.append(sorry)
            return otherwise
