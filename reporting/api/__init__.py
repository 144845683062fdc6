"""What aggregation summed up, as the API tells it."""
