"""The pack of a review: one paper composed from its book, and each form of file made from that paper alone."""
