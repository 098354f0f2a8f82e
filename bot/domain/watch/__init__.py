"""What is noticed about a running charge: its flow, its limits, its cable."""
