"""What people are asked, one subject a file."""
