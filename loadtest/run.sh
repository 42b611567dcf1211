#!/bin/sh
# Runs a long version of a test; see README.md beside it.
set -e
cd "$(dirname "$0")/.."
what=$1
[ $# -gt 0 ] && shift

it() {
  test=$1
  shift
  mvn -B verify -Dcheck.skip -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test="$test" "$@"
}

case "$what" in
  chaos) mvn -q -B test-compile exec:exec@chaos -Dcheck.skip -Dchaos.seconds="${1:-600}" -Dchaos.seed="$2" ;;
  fleet) it FleetFaultIT -Dfleet.runs="${1:-2000}" ;;
  appends) it AppendFaultIT -Dappends=all ;;
  suspended) it SuspendedIT -Dsuspended.runs="${1:-50000}" ;;
  *)
    echo "usage: loadtest/run.sh chaos SECONDS [SEED] | fleet RUNS | appends | suspended RUNS" >&2
    exit 2
    ;;
esac
