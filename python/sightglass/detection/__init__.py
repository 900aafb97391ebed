"""What is wrong: detections, their alerts, and the alerts' life."""
