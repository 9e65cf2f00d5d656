"""Where the constants of the rules are from, each said once."""

from __future__ import annotations

GOPHER = "Gopher, Rae et al. 2021, arXiv 2112.11446, appendix A"
C4 = "C4, Raffel et al. 2020, as in tensorflow_datasets' c4_utils.py"
FINEWEB = "FineWeb, datatrove's fineweb_quality_filter.py"
FINEWEB_RUN = "FineWeb, datatrove's examples/fineweb.py"
FINEWEB_C4 = (
    "C4 without its rule on line ends, datatrove's c4_filters.py in its examples/fineweb.py"
)
FINEWEB2 = "FineWeb-2, configs/spa_Latn.yml"
CURATOR = "NeMo Curator, heuristic_filter_non_english_pipeline.yaml"
BNE = "PlanTL corpus-cleaner, pre_filterer.py"
HPLT = "HPLT v3, monotextor-slurm's annotate.py and 30.clean"
OURS = "Tahona, between the project's Spanish prose of six registers and machine-made pages"
ABSENT = "by definition: a page that says that it is not there is no text"
