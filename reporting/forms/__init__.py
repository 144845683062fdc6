"""What the pages of the reports ask, one subject a file."""
