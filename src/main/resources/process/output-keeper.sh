# Reads on what an agent's operations print once the agent is gone, so that none of them is killed by
# SIGPIPE or waits for ever. Arguments: the list of what runs, the bytes of a file, of which at most three
# are kept for each stream. A line of the list: PID PIPE-OF-STDOUT PIPE-OF-STDERR NAME, or - for no name.
umask 077
exec 7</proc/self/fd/1 7<&- # what operations do too: fails here where it would fail there
echo ready
exec >/dev/null 2>&1
while read -r _; do :; done # until the agent has gone

# Some descriptor through which the pipe can be opened.
holder() {
  for fd in "/proc/$1/fd/$2" "/proc/$1/fd/$3"; do
    [ "$(readlink "$fd")" = "$4" ] && echo "$fd" && return
  done
  find /proc/[0-9]*/fd -lname "$(echo "$4" | tr '[]' '??')" | head -n 1
}

# Keeps the beginning and the end; where the disk is full, nothing.
keep() {
  number=0
  while head -c "$size" >"$1.$number" && [ -s "$1.$number" ]; do
    old=$((number - 2))
    if [ "$old" -gt 0 ]; then rm -f "$1.$old"; fi
    number=$((number + 1))
  done
  [ -s "$1.$number" ] || rm -f "$1.$number"
  cat
}

drain() {
  from=$(holder "$1" "$2" "$3" "$4")
  [ -n "$from" ] || return
  exec <"$from"
  if [ "$5" = - ]; then cat; else keep "$5"; fi
}

list=$1 size=$2
cd "${list%/*}" || exit
while read -r pid out err name; do
  to=$name
  [ "$name" = - ] || to=$name.out
  drain "$pid" 7 1 "$out" "$to" &
  [ "$name" = - ] || to=$name.err
  drain "$pid" 8 2 "$err" "$to" &
done <"$list"
wait
rm -f "$list"
