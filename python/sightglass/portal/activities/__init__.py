"""Activities: which functions are asked of whom."""
