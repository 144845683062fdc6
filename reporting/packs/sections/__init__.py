"""The sections of the paper, each from a review's book, in the order in which the Board reads them."""
