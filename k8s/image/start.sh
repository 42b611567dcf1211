#!/usr/bin/env bash
# Starts the gateway of a folder that build.sh laid out, prints after how many milliseconds it was ready, asks it a few things
# and ends it.
#   [REDIS_URL=…] k8s/image/start.sh FOLDER [options of the JVM]
# The model is simulated. Without REDIS_URL the time has that of the bundled Redis in it.
set -euo pipefail
home=$(realpath "$1")
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$home"

micros() { echo "${EPOCHREALTIME/[.,]/}"; }

from=$(micros)
coproc GATEWAY {
  exec env --ignore-environment TIDEGATE_HTTP_PORT=0 TIDEGATE_MANAGEMENT_PORT=0 \
    TIDEGATE_DATA="$work/data" REDIS_URL="${REDIS_URL:-}" \
    runtime/bin/java @jvm.options "$@" -jar tidegate.jar serve --until-stdin-closes
}
pid=$GATEWAY_PID
read -r said <&"${GATEWAY[0]}"
[[ $said =~ ^Tidegate\ serves\ ([^ ]+)\ \(management\ ([^ ]+)\)$ ]]
api=${BASH_REMATCH[1]} management=${BASH_REMATCH[2]}
until curl --silent --fail "$management/health/ready" >/dev/null; do sleep 0.01; done
echo "ready after $((($(micros) - from) / 1000)) ms"

ask() { curl --silent --show-error --fail "$@" >/dev/null; }
for stream in true false true; do
  ask "$api/v1/runs" -H 'Content-Type: application/json' \
    -d "{\"agent\": \"assistant\", \"input\": \"What time is it?\", \"stream\": $stream}"
done
ask "$api/v1/sessions" "$api/openapi.yaml" "$management/metrics"

exec {GATEWAY[1]}>&-
wait "$pid"
