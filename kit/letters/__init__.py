"""Everything that is drafted to be read: words and facts go in, guides come out."""
