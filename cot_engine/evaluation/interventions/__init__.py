"""Does the clip cause the answer, and does the explanation? Small changes with a known consequence, and what followed."""
