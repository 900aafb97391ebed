"""The plant's picture for people: map layout and the report page."""
