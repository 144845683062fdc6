"""The round in the browser, one subject a file."""
