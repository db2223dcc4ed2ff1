#!/bin/sh
# Recomputes a journal's hash chain with nothing but sqlite3 and sha256sum: docs/journal.md, section 4.
# Usage: docs/verify_journal.sh JOURNAL        (slow: a few records a second; it is the proof, not the tool)
set -eu
journal=$1
tables="runs decisions order_events fills equity guard_events supervision_events ai_log_uploads"
ask() { sqlite3 -batch -noheader "file:$journal?mode=ro" "$1"; }

# For each table, the SQL that prints a record's canonical bytes (the last newline is sqlite3's own).
canonical_sql() {
  ask "SELECT 'SELECT ''$1''||' || group_concat('char(10)||''' || name || '=''||length(CAST(' || v || ' AS BLOB))||'':''||' || v, '||')
              || ' FROM $1 WHERE seq='
       FROM (SELECT name, CASE type WHEN '' THEN 'coalesce(hex(ieee754_to_blob(' || name || ')),'''')' ELSE name END AS v
             FROM pragma_table_info('$1') WHERE name <> 'hash' ORDER BY cid)"
}
union=""
for table in $tables; do
  eval "sql_$table=\$(canonical_sql $table)"
  union="${union:+$union UNION ALL }SELECT seq, '$table', hash FROM $table"
done

previous=0000000000000000000000000000000000000000000000000000000000000000
expected=1
ask "$union ORDER BY 1" | {
  while IFS='|' read -r seq table hash; do
    if [ "$seq" -ne "$expected" ]; then
      echo "record $expected is missing (found $seq)"
      exit 1
    fi
    eval "sql=\$sql_$table\$seq"
    computed=$({ printf '%s\n' "$previous"; ask "$sql"; } | sha256sum | cut -d' ' -f1)
    if [ "$computed" != "$hash" ]; then
      echo "$table record $seq is altered"
      exit 1
    fi
    previous=$hash
    expected=$((expected + 1))
  done
  echo "$((expected - 1)) records, last hash $previous"
}
