#!/usr/bin/env bash
# Runs a recipe on a Slurm cluster, on a login node: bash run.sh RECIPE [SLICES]
# Each stage is an array of slices, step after step, and a job that commits it. Where the variables of
# sbatch (SBATCH_PARTITION, SBATCH_ACCOUNT, SBATCH_TIMELIMIT, ...) say nothing, the cluster decides.
# DATA_OPTIONS and TRAIN_OPTIONS are given to sbatch for the one and the other kind of stage.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  echo "usage: bash run.sh RECIPE [SLICES]" >&2
  exit 2
fi
recipe=$1 slices=${2:-16}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
logs=$(mktemp -d "$PWD/slurm-XXXXXX")
read -ra tahona <<<"${TAHONA:-tahona}"
read -ra data <<<"${DATA_OPTIONS:-}"
read -ra train <<<"${TRAIN_OPTIONS---gres=gpu:1}" # empty: none, as without GPUs

submit() { # OPTION... -- : a job or an array of the stage; back when it has ended
  local said=$logs/$stage # a folder, since the name of one stage may begin as another's
  mkdir -p "$said"
  if ! sbatch --quiet --wait --output="$said/%j.json" --error="$said/%j.log" "$@" \
    "$here/stage.sbatch" "$recipe" "$stage"; then
    if [ -n "$(find "$said" -name '*.log')" ]; then
      echo "$stage failed: see $said/*.log; the same command goes on from there" >&2
      find "$said" -name '*.log' -exec tail -qn 3 {} + >&2
    else
      echo "$stage was not begun; the same command goes on from there" >&2
    fi
    exit 1
  fi
}

computed() { # how many shards the last array computed
  cat "$logs/$stage"/*.json | python3 -c '
import json, sys
print(sum(s["shards"]["computed"] for line in sys.stdin for s in json.loads(line)["stages"]))'
  rm -f "$logs/$stage"/*.json
}

next() { # the first stage that is not committed: its name in the recipe, and its kind
  python3 -c '
import json, sys
stages = json.loads(sys.stdin.read().splitlines()[-1])["stages"]
print(*next(((s["stage"], s["kind"]) for s in stages if s["state"] != "committed"), ()))'
}

while true; do
  states=$("${tahona[@]}" status "$recipe" --json)
  first=$(next <<<"$states")
  read -r stage kind <<<"$first"
  case $kind in # a recipe may call its stages as it likes
    "") break ;;
    crawl) "${tahona[@]}" "$stage" "$recipe" ;; # here: nodes often have no way out
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
