"""Reading what a text says about a face: words, clauses, movements, qualifiers, mentions. No evidence is needed here."""
