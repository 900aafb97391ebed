"""What is there: devices out of addresses, facts and behaviour."""

from sightglass.inventory.inventory import Inventory

__all__ = ["Inventory"]
