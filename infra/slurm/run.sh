#!/usr/bin/env bash
# Runs a recipe on a Slurm cluster, on a login node: bash run.sh RECIPE [SLICES]
# Each stage is an array of slices, step after step, and a job that commits it. Where the variables of
# sbatch (SBATCH_PARTITION, SBATCH_ACCOUNT, SBATCH_TIMELIMIT, ...) say nothing, the cluster decides.
# DATA_OPTIONS and TRAIN_OPTIONS are given to sbatch for the one and the other kind of stage.
set -euo pipefail

recipe=$1 slices=${2:-16}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
logs=$(mktemp -d "$PWD/slurm-XXXXXX")
read -ra tahona <<<"${TAHONA:-tahona}"
read -ra data <<<"${DATA_OPTIONS:-}"
read -ra train <<<"${TRAIN_OPTIONS---gres=gpu:1}" # empty: none, as without GPUs

submit() { # OPTION... -- : a job or an array of the stage; back when it has ended
  if ! sbatch --quiet --wait --output="$logs/$stage-%j.json" --error="$logs/$stage-%j.log" "$@" \
    "$here/stage.sbatch" "$recipe" "$stage"; then
    echo "$stage failed: see $logs/$stage-*.log; the same command goes on from there" >&2
    tail -qn 3 "$logs/$stage"-*.log >&2
    exit 1
  fi
}

computed() { # how many shards the last array computed
  cat "$logs/$stage"-*.json | python3 -c '
import json, sys
print(sum(s["shards"]["computed"] for line in sys.stdin for s in json.loads(line)["stages"]))'
  rm -f "$logs/$stage"-*.json
}

while true; do
  states=$("${tahona[@]}" status "$recipe")
  stage=$(awk '$2 != "committed" && !seen++ {print $1}' <<<"$states")
  case $stage in
    "") break ;;
    crawl) "${tahona[@]}" crawl "$recipe" ;; # here: nodes often have no way out
    pretrain | evaluate) submit "${train[@]}" ;;
    *)
      submit "${data[@]}" --array="1-$slices"
      if [ "$(computed)" = 0 ]; then
        submit "${data[@]}"
      fi
      ;;
  esac
done
echo "$recipe is done; logs are in $logs" >&2
