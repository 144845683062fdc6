"""The pages of a closed review, from its book and what came after its seal; one subject a file, and never a query."""
