#!/bin/bash
# compare_recbole.sh BENCH_SEQUENCE PYTHON DATA [BATCHES]: SASRec of this program and of RecBole, one after the other on one
# thread: sizes, loss (softmax over all products), maximal length 50 alike. PYTHON needs torch and recbole; where both link
# one libtorch_cpu the LibTorch line is the same. /usr/bin/time gives processor seconds and peak memory.
set -eu
bench=$1 python=$2 data=$3 batches=${4:-6}
here=$(cd "$(dirname "$0")" && pwd)
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "== this program: one epoch, evaluation of the test split"
/usr/bin/time -f '%U s user, %S s system, %e s wall, %M KiB peak' "$bench" "$data" "$work/model" sasrec --epochs 1 \
  --set inner-width=128 --set dropout=0.5 --set full-softmax=1000000 --set validation-users=1 --resamples 1
echo "== RecBole: $batches batches of 2048, evaluation of the test split"
/usr/bin/time -f '%U s user, %S s system, %e s wall, %M KiB peak' "$python" "$here/recbole_sasrec.py" "$data" \
  --batches "$batches" --evaluate
uptime
