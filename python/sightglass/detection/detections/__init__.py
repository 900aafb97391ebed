"""Built-in detections, one file each; they use the public SDK only."""
