"""What the reading pages show, as frozen facts: each function names its number of queries, and no template queries."""
