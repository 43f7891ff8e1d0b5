"""Is an explanation true to the face? What it asserts, denies and leaves out, against what was measured and what was played."""
