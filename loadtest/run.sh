#!/bin/sh
# Load, faults and benchmarks; see README.md beside it.
set -e
cd "$(dirname "$0")/.."
what=$1
[ $# -gt 0 ] && shift

it() {
  test=$1
  shift
  mvn -B verify -Dcheck.skip -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test="$test" "$@"
}

# Maven with the libraries for load, and one of its programs.
load() {
  program=$1
  shift
  mvn -q -B -Ploadtest test-compile exec:exec@loadtest-compile "exec:exec@$program" -Dcheck.skip "$@"
}

case "$what" in
  benchmark)
    # Two connections for each of 10,000 runs; where that may not be, fewer are measured.
    ulimit -n 65536 2>/dev/null || true
    mvn -q -B test-compile -Dcheck.skip
    # A target that is missed is told by the exit status; what Maven says about it is no help.
    mvn -q -B validate exec:exec@benchmark -Dcheck.skip -Dorg.slf4j.simpleLogger.defaultLogLevel=off "$@"
    ;;
  gatling)
    ulimit -n 65536 2>/dev/null || true
    simulation=${1:-SseRuns}
    [ $# -gt 0 ] && shift
    load gatling "-Dload.args=$simulation" "-Dload.flags=$*"
    ;;
  jmh) load jmh "-Dload.args=${*:--f 1 -wi 3 -w 1 -i 5 -r 1}" ;;
  chaos) mvn -q -B test-compile exec:exec@chaos -Dcheck.skip -Dchaos.seconds="${1:-600}" -Dchaos.seed="$2" ;;
  fleet) it FleetFaultIT -Dfleet.runs="${1:-2000}" ;;
  appends) it AppendFaultIT -Dappends=all ;;
  suspended) it SuspendedIT -Dsuspended.runs="${1:-50000}" ;;
  *)
    cat >&2 <<END
usage: loadtest/run.sh benchmark [-Dbench.rows=cpu,latency] [-Dbench.size=short] [-Dbench.rate=100]
       loadtest/run.sh gatling SseRuns|SocketRuns|Approvals|IdleStreams|Spike|Soak
                       [-Dtarget=http://…,http://…] [-Drate=20] [-Dseconds=60] [-Dclients=1000]
       loadtest/run.sh jmh [OPTIONS OF JMH]
       loadtest/run.sh chaos SECONDS [SEED] | fleet RUNS | appends | suspended RUNS
END
    exit 2
    ;;
esac
