"""What finance is asked, one subject a file."""
