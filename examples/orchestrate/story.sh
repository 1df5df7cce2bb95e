#!/bin/sh
# A writer drafts, a critic that runs elsewhere comments, a judge decides: three rounds at most.
set -eu
: "${ORQ_BASE_URL:=http://127.0.0.1:8586}" "${ORQ_API_KEY:=sandbox}" "${SUBJECT:=the tides}"
export ORQ_BASE_URL ORQ_API_KEY
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# ask AGENT MESSAGE prints the agent's answer and nothing else; on failure it prints what orq-mcp wrote, and ends the story.
ask() {
	orq-mcp call invoke_agent key="$1" message="$2" --output answer 2>"$log" || { code=$?; cat "$log" >&2; exit "$code"; }
}

if ! orq-mcp call get_agent key=critic >/dev/null 2>&1; then
	orq-mcp call register_a2a_agent key=critic display_name=Critic description="Says what a sentence lacks" \
		agent_url="$ORQ_BASE_URL/v2/agents/reviewer/a2a" headers="{\"Authorization\": \"Bearer $ORQ_API_KEY\"}" >/dev/null
fi

request="Write one sentence on $SUBJECT."
for round in 1 2 3; do
	draft=$(ask writer "$request")
	note=$(ask critic "$draft")
	verdict=$(ask judge "Draft: $draft
Note of the critic: $note")
	printf 'round %s\n  writer: %s\n  critic: %s\n  judge:  %s\n' "$round" "$draft" "$note" "$verdict"
	case $verdict in Content*) exit 0 ;; esac
	request="Write one sentence on $SUBJECT.
Your last draft: $draft
Note of the critic: $note"
done
