"""Finding a procedure: the index of words, the spelling and synonyms of people, and the moments of their lives."""
