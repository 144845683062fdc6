"""Every write to the strategy and its progress: keyword-only, atomic, `by` the user, `now` the instant."""
