#!/usr/bin/env bash
# Times the same work in R and here, one after the other in one run, checks that the answers agree, and prints the ratios.
#
#     bash benches/peers/compare.sh
#
# Needs Rscript and cargo; some minutes when nothing is built. Repeat it on an idle machine.
set -euo pipefail
cd "$(dirname "$0")/../.."
two_counts=$(Rscript benches/peers/two_counts.R)
evaluation=$(Rscript benches/peers/evaluation.R)
ours=$(for threads in 1 2; do RAYON_NUM_THREADS=$threads cargo bench --quiet --workspace --bench peers; done)
{ echo "$two_counts"; echo "$evaluation"; echo "$ours"; } | awk '
  /^R version/ { print }
  /^vectorised:/ { r["million"] = $2 }
  /^poisson.test in a loop:/ { loop = $5 }
  /^sums:/ { gsub(",", ""); check["million"] = $3 }
  $1 == "evaluation" && $2 == "R" { r["evaluation"] = $3; check["evaluation"] = $4 }
  ($1 == "million" || $1 == "evaluation") && $2 ~ /^[12]$/ { t[$1, $2] = $3; sum[$1] = $4 }
  END {
    for (work in r) {
      off = sum[work] / check[work] - 1
      printf "%-10s R %.2f s   ours, one thread %.2f s (%.1f x)   two threads %.2f s (%.1f x, speed-up %.2f)   sum of p off by %.0e\n",
        work, r[work], t[work, 1], r[work] / t[work, 1], t[work, 2], r[work] / t[work, 2], t[work, 1] / t[work, 2], off
      if (off * off > 1e-16) bad = 1
    }
    printf "million    poisson.test in a loop %.0f s (%.0f x one thread)\n", loop, loop / t["million", 1]
    exit bad
  }'
