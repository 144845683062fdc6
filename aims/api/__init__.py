"""The strategy and its progress as the API tells them."""
