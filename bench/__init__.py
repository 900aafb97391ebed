"""Speed and memory of the product, beside floors and peers, on this machine."""
