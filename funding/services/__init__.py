"""Every write to the money: keyword-only, atomic, `by` the user, `now` the instant."""
