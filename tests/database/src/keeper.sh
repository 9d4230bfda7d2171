# Keeps a PostgreSQL server: $1 is the folder of its programs. Prints the folder of its socket, obeys
# `kill` and `start`, a line each, and ends the server at the end of its input.
set -u
bin=$1
dir=$(mktemp -d /tmp/segl-postgres.XXXXXX) || exit 1
trap 'rm -rf "$dir"' EXIT
trap '' INT HUP

start() {
  tries=0
  until "$bin/pg_isready" -q -h "$dir"; do
    if [ -z "${server:-}" ] || ! kill -0 "$server" 2>/dev/null; then
      # After a kill the processes of the one before may not be gone yet.
      "$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=on \
        -c max_connections=200 </dev/null >>"$dir/log" 2>&1 &
      server=$!
    fi
    tries=$((tries + 1))
    if [ "$tries" -gt 400 ]; then
      cat "$dir/log" >&2
      exit 1
    fi
    sleep 0.05
  done
}

if ! "$bin/initdb" -D "$dir/data" -U segl --auth-local=trust --auth-host=reject --no-locale -E UTF8 \
  >"$dir/log" 2>&1; then
  cat "$dir/log" >&2
  exit 1
fi
start
echo "$dir"
while read -r order; do
  case $order in
    kill)
      # Sessions live until they notice, and answer meanwhile: they die with it.
      sessions=$(cat "/proc/$server/task/$server/children" 2>/dev/null)
      kill -KILL "$server"
      # shellcheck disable=SC2086 # a list
      [ -z "$sessions" ] || kill -KILL $sessions 2>/dev/null
      wait "$server" 2>/dev/null
      server=
      ;;
    start) start ;;
  esac
  echo "$order"
done
if [ -n "$server" ]; then
  kill -QUIT "$server"
  wait "$server" 2>/dev/null
fi
