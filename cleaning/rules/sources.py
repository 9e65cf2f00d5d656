"""Where the constants of the rules are from, each said once."""

from __future__ import annotations

GOPHER = "Gopher, Rae et al. 2021, arXiv 2112.11446, appendix A"
FINEWEB2 = "FineWeb-2, configs/spa_Latn.yml"
CURATOR = "NeMo Curator, heuristic_filter_non_english_pipeline.yaml"
BNE = "PlanTL corpus-cleaner, pre_filterer.py"
OURS = "Tahona, between the project's Spanish prose of six registers and machine-made pages"
