#!/bin/sh
# Makes everything train_chat.py reads, in the folder $1: passages, vocabulary, shards of conversations. Run it from the
# repository's root; $2 is the folder of the sources (chat_texts.py), $3 how many times the stage-4 shards are repeated
# with other conversations. About 25 minutes on two cores with 20.
set -eu
out=$1 data=${2:-../shared/data} rounds=${3:-20}
texts=$out/texts/passages.txt
mkdir -p "$out/texts" "$out/shards"
python test/golden/chat_texts.py --data "$data" --out "$texts"

dump() { npx -y tsx worker/training/grounded/dump.ts --texts "$out/texts" "$@"; }
turns() { npx -y tsx test/golden/chat-turns.ts --texts "$texts" "$@"; }
shard() { name=$1 && shift && python test/golden/chat_encode.py --tokenizer "$out/tokenizer.json" --out "$out/shards/$name.npz" "$@"; }

for stage in 1 2 3 4; do dump --seed 7 --stage $stage --count $((stage * 2500)) --out "$out/sample-$stage.jsonl"; done
npx -y tsx test/golden/chat-tokenizer.ts --size 3072 --out "$out/tokenizer.json" --texts "$texts" "$out"/sample-?.jsonl

dump --seed 1 --stage 4 --split valid --count 1000 | shard valid-4
for i in $(seq 0 $((rounds - 1))); do
  for stage in 2 3 4; do
    if [ $stage = 4 ] || [ "$i" -lt 4 ]; then
      turns --seed 5 --stage $stage --start $((i * 6000)) --count 6000 --out "$out/turns.jsonl"
      shard "turns-$stage-$i" < "$out/turns.jsonl"
    fi
  done
  dump --seed 1 --stage 4 --start $((i * 10000)) --count 10000 --out "$out/single.jsonl"
  shard "single-4-$i" < "$out/single.jsonl"
  shard "quote-$i" --kinds quote < "$out/single.jsonl"
  shard "talk-$i" --kinds small-talk < "$out/single.jsonl"
  dump --seed 3 --stage 3 --start $((i * 10000)) --count 6000 --out "$out/more.jsonl"
  { cat "$out/single.jsonl"; grep '"kind":"quote"' "$out/more.jsonl"; } | python test/golden/chat_alone.py "$i" | shard "alone-$i"
done
