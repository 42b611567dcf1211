#!/usr/bin/env bash
# Lays out in a folder what goes into the image: a Java runtime of the modules that are needed, the gateway, the configuration
# that comes with it, and an AOT cache of its classes.
#   JAVA_HOME=… k8s/image/build.sh FOLDER
# Needs a JDK 25, the result of 'mvn package', and curl; no Docker.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
root=$(realpath "$here/../..")
mkdir -p "$1"
out=$(realpath "$1")
jdk=${JAVA_HOME:?must name a JDK 25}
rm -rf "$out/runtime" "$out/lib" "$out/config" "$out/tidegate.jar" "$out"/tidegate.aot*

cp -r "$root/target/tidegate.jar" "$root/target/lib" "$root/config" "$here/jvm.options" "$out/"

# No class needs jcmd, but who looks into a pod without a shell does.
modules=$("$jdk/bin/jdeps" --multi-release 25 --ignore-missing-deps --print-module-deps "$out/tidegate.jar" "$out"/lib/*.jar | tail -n 1)
"$jdk/bin/jlink" --add-modules "$modules,jdk.jcmd" --strip-debug --no-header-files --no-man-pages --output "$out/runtime"

# The cache holds the times of the files that it was made from; some builders of images set them all alike, so they are.
find "$out" -type f -exec touch --date=2026-01-01T00:00:00Z {} +

# A start and a few requests show the JVM which classes are used.
env --unset=REDIS_URL "$here/start.sh" "$out" "-XX:AOTCacheOutput=$out/tidegate.aot" >&2
[[ -s $out/tidegate.aot ]] || { echo "no AOT cache was made" >&2; exit 1; }
