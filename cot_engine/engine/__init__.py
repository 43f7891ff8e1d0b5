"""The Exp-CoT engine: describe -> infer -> verify -> reflect -> refine, and what is made of the accepted traces."""
