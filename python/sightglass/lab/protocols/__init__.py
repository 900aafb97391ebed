"""Message builders from the public specifications, one file per protocol; without state or clock."""
