"""What is normal: keys learned from traffic, reviewed as text."""

from sightglass.baseline.learned import Learned

__all__ = ["Learned"]
